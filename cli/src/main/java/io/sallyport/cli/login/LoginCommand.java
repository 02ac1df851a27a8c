package io.sallyport.cli.login;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.ApiUrl;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.RefusedException;
import io.sallyport.cli.api.Token;
import io.sallyport.cli.api.TrustedRoots;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.profile.Profile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** {@code sallyport login}. */
@Command(
        name = "login",
        description = "Checks a token and keeps it, for this user alone, with the pinned CA.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport login --url https://vpn.example:8443 --ca root.pem",
            "      asks for the token",
            "  sallyport login --profile operator --url ... --ca root.pem --token-file"
                    + " operator.token",
            "  jq -r .customer initial-tokens.json |",
            "    sallyport login --url ... --ca root.pem --token-file -",
            "",
            "A token is never taken from the command line: others could see it there. It is kept"
                    + " in",
            "$XDG_CONFIG_HOME/sallyport/logins/NAME.json (mode 0600)."
        })
public final class LoginCommand implements Runnable {
    private static final int MAX_TOKEN_OCTETS = 8 * 1024;

    private final Invocation invocation;

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "Where the API is: https://HOST[:PORT].")
    private String url;

    @Option(
            names = "--ca",
            required = true,
            paramLabel = "FILE",
            description =
                    "PEM file of the root certificate, or several: the API is trusted by these"
                            + " only.")
    private String ca;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Reads the token from a file, or from standard input for -.")
    private String tokenFile;

    public LoginCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** What a token is good for. */
    private enum Role {
        CUSTOMER,
        OPERATOR;

        String label() {
            return this == CUSTOMER ? "customer" : "operator";
        }
    }

    @Override
    public void run() {
        String name = invocation.profileName();
        ApiUrl api = usable("--url", () -> ApiUrl.parse(url));
        String pem = invocation.read(ca, TrustedRoots.MAX_OCTETS);
        TrustedRoots roots = usable("--ca", () -> TrustedRoots.parse(pem));
        Token token = token();
        Profile profile = new Profile(api, roots, token);
        Role role = role(invocation.api(profile));
        Path file;
        try {
            file = invocation.profiles().keep(name, profile);
        } catch (IOException e) {
            throw CommandException.of(
                    ExitCode.LOCAL, "the login cannot be stored: " + Invocation.reason(e));
        }
        List<String> pinned = roots.certificates().stream().map(LoginCommand::describe).toList();
        invocation.show(
                Document.empty()
                        .put("profile", name)
                        .put("url", api.toString())
                        .put("role", role.label())
                        .putTexts("pinned", pinned)
                        .put("file", file.toString()),
                sheet -> {
                    sheet.field("Logged in", "%s at %s".formatted(role.label(), api));
                    pinned.forEach(certificate -> sheet.field("Pinned", certificate));
                    sheet.field("Stored in", file.toString());
                });
    }

    private static String describe(X509Certificate certificate) {
        return "%s, SHA-256 %s"
                .formatted(
                        certificate.getSubjectX500Principal().getName(),
                        TrustedRoots.fingerprint(certificate));
    }

    private Token token() {
        String typed =
                tokenFile != null
                        ? invocation.read(tokenFile, MAX_TOKEN_OCTETS)
                        : invocation
                                .prompt()
                                .secret("Token: ")
                                .orElseThrow(
                                        () ->
                                                CommandException.of(
                                                        ExitCode.USAGE,
                                                        "nobody is there to ask for the token",
                                                        "Give it by --token-file FILE, or by"
                                                                + " --token-file - on standard"
                                                                + " input."));
        return usable("the token", () -> Token.parse(typed));
    }

    /** Which of the two may do what: there is no other way to ask. */
    private static Role role(Api api) {
        try {
            api.get(ApiPath.of("v1", "tunnels").with("limit", "1"));
            return Role.CUSTOMER;
        } catch (RefusedException e) {
            if (e.problem().status() != 403) {
                throw e;
            }
            api.get(ApiPath.of("v1", "concentrators"));
            return Role.OPERATOR;
        }
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T usable(String what, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IllegalArgumentException e) {
            throw CommandException.of(ExitCode.USAGE, "%s: %s".formatted(what, e.getMessage()));
        }
    }
}
