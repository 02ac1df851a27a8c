package io.sallyport.cli.tunnel;

import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport tunnel show}. */
@Command(
        name = "show",
        description = "Shows a tunnel: its four truths with their causes, and its SAs.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport tunnel show lyon")
public final class ShowTunnel implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TUNNEL", description = "Id, or name of the branch.")
    private String typed;

    public ShowTunnel(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Tunnels tunnels = new Tunnels(invocation.api());
        Tunnel tunnel = tunnels.find(tunnels.id(typed));
        invocation.show(tunnel.document(), tunnel::fill);
    }
}
