package io.sallyport.cli.rotation;

import picocli.CommandLine.Command;

/** {@code sallyport rotate}. */
@Command(
        name = "rotate",
        description = "Rotates keys and authorities without an outage: plan, canary, waves.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport rotate start site-key --dry-run",
            "  sallyport rotate start site-key --canary 1 --wave-size 20 --wait",
            "  sallyport rotate abort ROTATION"
        })
public final class RotateCommand {}
