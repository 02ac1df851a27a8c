package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;

/** {@code sallyport tunnel enrolment-secret}. */
@Command(
        name = "enrolment-secret",
        description =
                "Makes a secret with which the branch's device enrols once over EST (RFC 7030): a"
                        + " new device, or one whose certificate has ended. The secret before it is"
                        + " dead at once.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport tunnel enrolment-secret lyon",
            "  sallyport tunnel enrolment-secret lyon --hours 2 --output json"
        })
public final class MakeEnrolmentSecret implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TUNNEL", description = "Id, or name of the branch.")
    private String typed;

    @Option(
            names = "--hours",
            paramLabel = "HOURS",
            description = "How long it can be used; a day if absent, 30 days at most.")
    private Integer hours;

    public MakeEnrolmentSecret(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Api api = invocation.api();
        String id = new Tunnels(api).id(typed);
        Document wanted = Document.empty();
        if (hours != null) {
            wanted.put("validFor", Duration.ofHours(hours).toString());
        }
        Document made = api.post(Tunnels.path(id, "enrolment-secrets"), wanted);
        invocation.show(
                made,
                sheet ->
                        sheet.field("EST server", made.text("estUrl"))
                                .field("User name", made.text("username"))
                                .field("Secret", made.text("secret"))
                                .field("Until", Sheet.time(made.instant("expiresAt")))
                                .gap()
                                .line("The secret is shown this once."));
    }
}
