package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** {@code sallyport tunnel list}. */
@Command(
        name = "list",
        description = "Lists the tunnels with their four truths; those that are down too.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport tunnel list",
            "  sallyport tunnel list --output json |",
            "    jq -r '.tunnels[] | select(.truths.carrying.holds != \"YES\") | .branch'"
        })
public final class ListTunnels implements Runnable {
    private final Invocation invocation;

    @Option(names = "--all", description = "Ended ones too.")
    private boolean all;

    public ListTunnels(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        List<Tunnel> tunnels =
                new Tunnels(invocation.api())
                        .all().stream().filter(tunnel -> all || !tunnel.ended()).toList();
        invocation.show(
                Document.empty()
                        .putList("tunnels", tunnels.stream().map(Tunnel::document).toList()),
                sheet ->
                        sheet.table(
                                List.of(
                                        "BRANCH",
                                        "STATE",
                                        "ORDERED",
                                        "LOADED",
                                        "ESTABLISHED",
                                        "CARRYING",
                                        "NETWORKS",
                                        "CONCENTRATOR",
                                        "TUNNEL"),
                                tunnels.stream().map(ListTunnels::row).toList()));
    }

    private static List<String> row(Tunnel tunnel) {
        List<String> row = new ArrayList<>(List.of(tunnel.branch(), tunnel.state()));
        for (String truth : Tunnel.TRUTHS) {
            row.add(tunnel.truths().get(truth).holds());
        }
        row.addAll(
                List.of(
                        String.join(",", tunnel.protectedNetworks()),
                        tunnel.concentrator(),
                        tunnel.id()));
        return row;
    }
}
