package io.sallyport.cli.teleworker;

import picocli.CommandLine.Command;

/** {@code sallyport teleworker}. */
@Command(
        name = "teleworker",
        description = "Lists teleworkers; makes the secrets with which their computers enrol.",
        footerHeading = "%nA TELEWORKER is an id, or a user name.%n")
public final class TeleworkerCommand {}
