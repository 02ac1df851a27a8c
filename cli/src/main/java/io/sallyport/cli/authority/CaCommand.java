package io.sallyport.cli.authority;

import picocli.CommandLine.Command;

/** {@code sallyport ca}. */
@Command(
        name = "ca",
        description = "Shows the internal CA's authorities and rolls them over.",
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport ca show", "  sallyport ca roll-over sites --dry-run"})
public final class CaCommand {}
