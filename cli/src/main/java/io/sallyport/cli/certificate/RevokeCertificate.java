package io.sallyport.cli.certificate;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Locale;

/** {@code sallyport cert revoke}. */
@Command(
        name = "revoke",
        description =
                "Revokes a certificate, for good. A tunnel that lives on it ends within seconds.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport cert revoke 4f3a... --reason key-compromise")
public final class RevokeCertificate implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "SERIAL", description = "Its serial number.")
    private String serial;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            description =
                    "As in RFC 5280 section 5.3.1: key-compromise, superseded,"
                            + " affiliation-changed, cessation-of-operation, privilege-withdrawn.")
    private String reason;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask whether it is meant.")
    private boolean yes;

    public RevokeCertificate(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        String typed = IssuedCertificate.serial(serial);
        Api api = invocation.api();
        IssuedCertificate meant = IssuedCertificate.find(api, typed);
        invocation.confirm(
                yes, "Revoke the certificate of %s for good?".formatted(meant.identity()));
        Document answer =
                api.post(
                        ApiPath.of("v1", "certificates", meant.serial(), "revocation"),
                        Document.empty()
                                .put("reason", reason.toUpperCase(Locale.ROOT).replace('-', '_')));
        IssuedCertificate revoked =
                answer.has("serial")
                        ? IssuedCertificate.of(answer)
                        : IssuedCertificate.find(api, meant.serial());
        invocation.show(revoked.document(), revoked::fill);
    }
}
