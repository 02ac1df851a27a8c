package io.sallyport.cli.order;

import picocli.CommandLine.Command;

/** {@code sallyport order}. */
@Command(
        name = "order",
        description = "Orders a branch tunnel, lists orders, and shows how far one is.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport order create lyon --network 10.20.1.0/24 --generate-key --wait")
public final class OrderCommand {}
