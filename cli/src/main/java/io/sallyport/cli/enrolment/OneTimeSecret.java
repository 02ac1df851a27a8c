package io.sallyport.cli.enrolment;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Option;

import java.time.Duration;

/** A secret that is made, and shown this once; for how long is an option of the command. */
public final class OneTimeSecret {
    @Option(
            names = "--hours",
            paramLabel = "HOURS",
            description = "How long it can be used; a day if absent, 30 days at most.")
    private Integer hours;

    /**
     * Makes it and shows it.
     *
     * @param resource where the API makes secrets for this device
     */
    public void make(Invocation invocation, Api api, ApiPath resource) {
        Document wanted = Document.empty();
        if (hours != null) {
            wanted.put("validFor", Duration.ofHours(hours).toString());
        }
        Document made = api.post(resource, wanted);
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
