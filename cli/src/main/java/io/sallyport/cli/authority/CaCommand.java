package io.sallyport.cli.authority;

import picocli.CommandLine.Command;

/** {@code sallyport ca}. */
@Command(
        name = "ca",
        description = "Sets up the internal CA, shows its authorities and rolls them over.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport ca init",
            "  sallyport ca show",
            "  sallyport ca roll-over sites --dry-run"
        })
public final class CaCommand {}
