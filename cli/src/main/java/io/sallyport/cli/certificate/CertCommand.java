package io.sallyport.cli.certificate;

import picocli.CommandLine.Command;

/** {@code sallyport cert}. */
@Command(
        name = "cert",
        description = "Lists, shows, revokes and renews certificates.",
        footerHeading = "%nA SERIAL is hexadecimal, in any case, with or without colons.%n")
public final class CertCommand {}
