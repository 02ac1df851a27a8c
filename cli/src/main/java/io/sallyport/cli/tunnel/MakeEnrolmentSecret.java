package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.enrolment.OneTimeSecret;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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

    @Mixin private OneTimeSecret secret;

    public MakeEnrolmentSecret(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Api api = invocation.api();
        String id = new Tunnels(api).id(typed);
        secret.make(invocation, api, Tunnels.path(id, "enrolment-secrets"));
    }
}
