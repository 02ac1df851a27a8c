package io.sallyport.cli.node;

import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;

import java.util.List;

/** {@code sallyport gateway list}. */
@Command(
        name = "list",
        description =
                "Lists the SSL VPN gateways: all to an operator, to a customer its own; when each"
                        + " was last heard of, and until when its keys are good.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport gateway list --profile operator",
            "  sallyport gateway list --output json |",
            "    jq -r '.gateways[] | select(.keys.renewalLate) | .name'"
        })
public final class ListGateways implements Runnable {
    private final Invocation invocation;

    public ListGateways(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Document answer = invocation.api().get(ApiPath.of("v1", "gateways"));
        invocation.show(
                answer,
                sheet ->
                        sheet.table(
                                List.of(
                                        "NAME",
                                        "CUSTOMER",
                                        "STATE",
                                        "LAST SEEN",
                                        "KEYS UNTIL",
                                        "SERVER NAMES",
                                        "GATEWAY"),
                                answer.list("gateways").stream().map(ListGateways::row).toList()));
    }

    private static List<String> row(Document one) {
        return List.of(
                one.text("name"),
                one.text("customer"),
                one.text("state"),
                Sheet.time(one.optionalInstant("lastSeen")),
                KeysInForce.words(one),
                String.join(",", one.texts("serverNames")),
                one.text("id"));
    }
}
