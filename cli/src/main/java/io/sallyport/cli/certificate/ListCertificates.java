package io.sallyport.cli.certificate;

import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.Pages;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;

/** {@code sallyport cert list}. */
@Command(
        name = "list",
        description = "Lists the certificates that were issued.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport cert list --purpose branch --state valid",
            "  sallyport cert list --identity lyon.customer.sallyport.internal --output json"
        })
public final class ListCertificates implements Runnable {
    private final Invocation invocation;

    @Option(
            names = "--purpose",
            paramLabel = "PURPOSE",
            description = "Of this purpose only, such as branch or tls-client.")
    private String purpose;

    @Option(names = "--identity", paramLabel = "NAME", description = "Of this identity only.")
    private String identity;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "In this state only: valid, revoked, expired.")
    private String state;

    public ListCertificates(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        ApiPath path = ApiPath.of("v1", "certificates");
        if (purpose != null) {
            path = path.with("purpose", purpose.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
        if (identity != null) {
            path = path.with("identity", identity);
        }
        List<IssuedCertificate> found =
                Pages.all(invocation.api(), path, "certificates").stream()
                        .map(IssuedCertificate::of)
                        .filter(one -> state == null || one.state().equalsIgnoreCase(state))
                        .toList();
        invocation.show(
                Document.empty()
                        .putList(
                                "certificates",
                                found.stream().map(IssuedCertificate::document).toList()),
                sheet ->
                        sheet.table(
                                List.of(
                                        "SERIAL",
                                        "PURPOSE",
                                        "IDENTITY",
                                        "STATE",
                                        "NOT AFTER",
                                        "REASON"),
                                found.stream()
                                        .map(
                                                one ->
                                                        List.of(
                                                                one.serial(),
                                                                one.purpose(),
                                                                one.identity(),
                                                                one.state(),
                                                                Sheet.time(one.notAfter()),
                                                                one.reason().orElse("")))
                                        .toList()));
    }
}
