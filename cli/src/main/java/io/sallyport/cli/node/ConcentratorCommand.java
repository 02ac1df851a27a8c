package io.sallyport.cli.node;

import picocli.CommandLine.Command;

/** {@code sallyport concentrator}. */
@Command(name = "concentrator", description = "Lists concentrators.")
public final class ConcentratorCommand {}
