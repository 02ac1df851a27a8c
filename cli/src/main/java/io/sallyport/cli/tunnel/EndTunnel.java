package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;

/** {@code sallyport tunnel end}. */
@Command(
        name = "end",
        description = "Ends a tunnel: its connection goes, its certificate is revoked.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport tunnel end lyon --wait")
public final class EndTunnel implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TUNNEL", description = "Id, or name of the branch.")
    private String typed;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask whether it is meant.")
    private boolean yes;

    @Option(names = "--wait", description = "Waits until its concentrator has it no more.")
    private boolean wait;

    @Option(
            names = "--wait-seconds",
            paramLabel = "SECONDS",
            description = "How long to wait (${DEFAULT-VALUE}); exit code 4 if that is too short.")
    private int seconds = 120;

    public EndTunnel(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Api api = invocation.api();
        Tunnels tunnels = new Tunnels(api);
        Tunnel meant = tunnels.find(tunnels.id(typed));
        invocation.confirm(
                yes,
                "End the tunnel of branch %s (%s)?"
                        .formatted(meant.branch(), String.join(", ", meant.protectedNetworks())));
        Tunnel ending = Tunnel.of(api.delete(Tunnels.path(meant.id())));
        Tunnel last =
                wait
                        ? invocation
                                .waiting()
                                .until(
                                        ending,
                                        Duration.ofSeconds(seconds),
                                        "tunnel %s is ended".formatted(ending.id()),
                                        () -> tunnels.find(ending.id()),
                                        Tunnel::ended,
                                        _ -> {})
                        : ending;
        invocation.show(last.document(), last::fill);
    }
}
