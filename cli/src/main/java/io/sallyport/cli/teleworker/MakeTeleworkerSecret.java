package io.sallyport.cli.teleworker;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.enrolment.OneTimeSecret;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport teleworker enrolment-secret}. */
@Command(
        name = "enrolment-secret",
        description =
                "Makes a secret with which one computer of the teleworker enrols once, by"
                        + " sallyport-connect. The secret before it is dead at once; computers that"
                        + " have enrolled go on.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport teleworker enrolment-secret ann",
            "  sallyport teleworker enrolment-secret ann --hours 72 --output json"
        })
public final class MakeTeleworkerSecret implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TELEWORKER", description = "Id, or user name.")
    private String typed;

    @Mixin private OneTimeSecret secret;

    public MakeTeleworkerSecret(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Api api = invocation.api();
        String id = new Teleworkers(api).id(typed);
        secret.make(invocation, api, ApiPath.of("v1", "teleworkers", id, "enrolment-secrets"));
    }
}
