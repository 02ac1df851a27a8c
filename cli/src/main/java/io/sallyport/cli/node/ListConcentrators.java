package io.sallyport.cli.node;

import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;

import java.util.List;

/** {@code sallyport concentrator list}. */
@Command(
        name = "list",
        description =
                "Lists the concentrators: whether each has put its desired state into force, how"
                        + " its charon is, when it was last heard of, and until when its keys are"
                        + " good.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport concentrator list --profile operator",
            "  sallyport concentrator list --output json |",
            "    jq -r '.concentrators[] | select(.appliedVersion != .desiredVersion) | .name'"
        })
public final class ListConcentrators implements Runnable {
    private final Invocation invocation;

    public ListConcentrators(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Document answer = invocation.api().get(ApiPath.of("v1", "concentrators"));
        invocation.show(
                answer,
                sheet ->
                        sheet.table(
                                List.of(
                                        "NAME",
                                        "STATE",
                                        "APPLIED",
                                        "CHARON",
                                        "LAST SEEN",
                                        "KEYS UNTIL",
                                        "IKE ADDRESS",
                                        "CONCENTRATOR"),
                                answer.list("concentrators").stream()
                                        .map(ListConcentrators::row)
                                        .toList()));
    }

    private static List<String> row(Document one) {
        return List.of(
                one.text("name"),
                one.text("state"),
                "%s of %s"
                        .formatted(
                                one.optionalText("appliedVersion").orElse("-"),
                                one.optionalText("desiredVersion").orElse("-")),
                one.optionalObject("charon")
                        .map(
                                charon ->
                                        "%s %s"
                                                .formatted(
                                                        charon.text("state"),
                                                        charon.optionalText("version").orElse(""))
                                                .strip())
                        .orElse("-"),
                Sheet.time(one.optionalInstant("lastSeen")),
                KeysInForce.words(one),
                one.text("ikeAddress"),
                one.text("id"));
    }
}
