package io.sallyport.cli.authority;

import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.rotation.NewRotation;
import io.sallyport.cli.rotation.RotationKind;
import io.sallyport.cli.rotation.Rotations;
import io.sallyport.cli.rotation.RunOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code sallyport ca roll-over}. */
@Command(
        name = "roll-over",
        description =
                "Replaces an authority: the new one is made known everywhere before anything is"
                    + " signed by it. The root is followed by the authorities below it: when it is"
                    + " done, roll over internal, sites, teleworkers and gateways.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport ca roll-over sites --dry-run",
            "  sallyport ca roll-over sites --accept-former-for P60D --wait",
            "  sallyport ca roll-over root --wait"
        })
public final class RollOver implements Runnable {
    private final Invocation invocation;

    @Parameters(
            index = "0",
            paramLabel = "PURPOSE",
            description =
                    "Which one: root, or the purpose of an issuing CA (see: sallyport ca show).")
    private String purpose;

    @Option(
            names = "--accept-former-for",
            paramLabel = "DURATION",
            description =
                    "How long what the former authority issued is accepted when all is done, such"
                            + " as P60D; until the last of it ends if absent, a root for 398 days.")
    private Duration acceptFormerFor;

    @Mixin private RunOptions options;

    public RollOver(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        boolean root = purpose.equalsIgnoreCase("root");
        var wanted =
                new NewRotation(
                        root ? RotationKind.ROOT : RotationKind.ISSUING_CA,
                        List.of(),
                        root ? Optional.empty() : Optional.of(purpose),
                        Optional.ofNullable(acceptFormerFor));
        new Rotations(invocation).run(wanted, options);
    }
}
