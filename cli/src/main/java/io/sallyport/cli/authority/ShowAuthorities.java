package io.sallyport.cli.authority;

import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;

import java.util.List;

/** {@code sallyport ca show}. */
@Command(
        name = "show",
        description = "Shows every authority: what it issues for, until when, and how much.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport ca show --profile operator")
public final class ShowAuthorities implements Runnable {
    private final Invocation invocation;

    public ShowAuthorities(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Document answer = invocation.api().get(ApiPath.of("v1", "authorities"));
        invocation.show(answer, sheet -> fill(answer.list("authorities"), sheet));
    }

    private static void fill(List<Document> authorities, Sheet sheet) {
        sheet.table(
                List.of(
                        "PURPOSE",
                        "STATE",
                        "ACCEPTED UNTIL",
                        "NOT AFTER",
                        "ISSUED",
                        "SUBJECT",
                        "SHA-256"),
                authorities.stream()
                        .map(
                                one ->
                                        List.of(
                                                one.text("purpose"),
                                                one.text("state"),
                                                one.optionalInstant("acceptedUntil")
                                                        .map(Sheet::time)
                                                        .orElse("-"),
                                                Sheet.time(one.instant("notAfter")),
                                                one.optionalText("issued").orElse("-"),
                                                one.text("subject"),
                                                one.text("sha256")))
                        .toList());
    }
}
