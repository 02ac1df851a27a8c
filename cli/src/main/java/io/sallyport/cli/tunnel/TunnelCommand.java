package io.sallyport.cli.tunnel;

import picocli.CommandLine.Command;

/** {@code sallyport tunnel}. */
@Command(
        name = "tunnel",
        description = "Lists, shows and ends tunnels; fetches device configurations.",
        footerHeading = "%nA TUNNEL is its id, or the name of its branch.%n")
public final class TunnelCommand {}
