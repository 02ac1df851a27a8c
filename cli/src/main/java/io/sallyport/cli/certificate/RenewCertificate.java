package io.sallyport.cli.certificate;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.rotation.NewRotation;
import io.sallyport.cli.rotation.RotationKind;
import io.sallyport.cli.rotation.Rotations;
import io.sallyport.cli.rotation.RunOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Optional;

/** {@code sallyport cert renew}. */
@Command(
        name = "renew",
        description = "Renews a certificate and its key: a rotation of its one holder.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport cert renew 4f3a... --yes --wait")
public final class RenewCertificate implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "SERIAL", description = "Its serial number.")
    private String serial;

    @Mixin private RunOptions options;

    public RenewCertificate(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        String typed = IssuedCertificate.serial(serial);
        Api api = invocation.api();
        IssuedCertificate meant = IssuedCertificate.find(api, typed);
        Rotations rotations = new Rotations(invocation);
        NewRotation wanted =
                node(api, "concentrators", meant, RotationKind.CONCENTRATOR_KEY)
                        .or(() -> node(api, "gateways", meant, RotationKind.GATEWAY_KEY))
                        .or(() -> branch(rotations, meant))
                        .orElseThrow(() -> unknown(meant));
        rotations.run(wanted, options);
    }

    private static Optional<NewRotation> node(
            Api api, String kind, IssuedCertificate meant, RotationKind rotation) {
        return api.get(ApiPath.of("v1", kind)).list(kind).stream()
                .filter(node -> isOf(node, meant))
                .map(node -> only(rotation, node.text("id")))
                .findFirst();
    }

    private static boolean isOf(Document node, IssuedCertificate meant) {
        return node.optionalText("identity").filter(meant.identity()::equals).isPresent();
    }

    // Operators cannot list tunnels; the plan of a rotation of all branches names them.
    private static Optional<NewRotation> branch(Rotations rotations, IssuedCertificate meant) {
        return rotations
                .target(RotationKind.SITE_KEY, meant.identity())
                .map(tunnel -> only(RotationKind.SITE_KEY, tunnel));
    }

    private static NewRotation only(RotationKind kind, String target) {
        return new NewRotation(kind, List.of(target), Optional.empty());
    }

    private static CommandException unknown(IssuedCertificate meant) {
        return CommandException.of(
                ExitCode.REFUSED,
                "no holder of %s is known whose key could be rotated".formatted(meant.identity()),
                "A teleworker's certificate is not renewed: issue another one.");
    }
}
