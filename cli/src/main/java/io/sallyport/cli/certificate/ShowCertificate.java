package io.sallyport.cli.certificate;

import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport cert show}. */
@Command(
        name = "show",
        description = "Shows a certificate.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport cert show 4f:3a:...")
public final class ShowCertificate implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "SERIAL", description = "Its serial number.")
    private String serial;

    public ShowCertificate(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        String typed = IssuedCertificate.serial(serial);
        IssuedCertificate found = IssuedCertificate.find(invocation.api(), typed);
        invocation.show(found.document(), found::fill);
    }
}
