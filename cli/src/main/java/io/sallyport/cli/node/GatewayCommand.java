package io.sallyport.cli.node;

import picocli.CommandLine.Command;

/** {@code sallyport gateway}. */
@Command(name = "gateway", description = "Lists gateways.")
public final class GatewayCommand {}
