package io.sallyport.cli.rotation;

import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code sallyport rotate start}. */
@Command(
        name = "start",
        description =
                "Starts a rotation: the canary first, then wave by wave. Each wave is verified"
                        + " before the next; a wave that is not well stops it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport rotate start site-key --dry-run",
            "  sallyport rotate start site-key --target TUNNEL --yes --wait",
            "  sallyport rotate start concentrator-key --wait",
            "  sallyport rotate start issuing-ca --purpose sites --canary 1 --wait"
        })
public final class StartRotation implements Runnable {
    private final Invocation invocation;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "What is rotated: ${COMPLETION-CANDIDATES}.")
    private RotationKind kind;

    @Option(
            names = {"-t", "--target"},
            split = ",",
            paramLabel = "ID",
            description =
                    "A tunnel, concentrator or gateway; more by commas or by repeating this;"
                            + " all if absent.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--purpose",
            paramLabel = "PURPOSE",
            description = "Which issuing CA: sites, gateways ... (see: sallyport ca show).")
    private String purpose;

    @Mixin private RunOptions options;

    public StartRotation(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        new Rotations(invocation)
                .run(new NewRotation(kind, targets, Optional.ofNullable(purpose)), options);
    }
}
