package io.sallyport.cli.teleworker;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;

import java.util.List;

/** {@code sallyport teleworker list}. */
@Command(
        name = "list",
        description = "Lists the teleworkers, with their groups.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport teleworker list",
            "  sallyport teleworker list --output json | jq -r '.teleworkers[].username'"
        })
public final class ListTeleworkers implements Runnable {
    private final Invocation invocation;

    public ListTeleworkers(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        List<Document> all = new Teleworkers(invocation.api()).all();
        invocation.show(
                Document.empty().putList("teleworkers", all),
                sheet ->
                        sheet.table(
                                List.of("USER NAME", "STATE", "GROUPS", "SINCE", "TELEWORKER"),
                                all.stream().map(ListTeleworkers::row).toList()));
    }

    private static List<String> row(Document one) {
        return List.of(
                one.text("username"),
                one.text("state"),
                String.join(",", one.texts("groups")),
                Sheet.time(one.optionalInstant("createdAt")),
                one.text("id"));
    }
}
