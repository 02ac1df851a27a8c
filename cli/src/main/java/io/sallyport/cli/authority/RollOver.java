package io.sallyport.cli.authority;

import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.rotation.NewRotation;
import io.sallyport.cli.rotation.RotationKind;
import io.sallyport.cli.rotation.RotationSequence;
import io.sallyport.cli.rotation.RotationSequence.Step;
import io.sallyport.cli.rotation.Rotations;
import io.sallyport.cli.rotation.RunOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code sallyport ca roll-over}: of one authority, or of several one after the other. */
@Command(
        name = "roll-over",
        description =
                "Replaces an authority: the new one is made known everywhere before anything is"
                        + " signed by it. Several are done one after the other, in the order root,"
                        + " internal, sites, teleworkers, gateways, however they are typed; each is"
                        + " followed to its end, and one that is not DONE stops it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport ca roll-over sites --dry-run",
            "  sallyport ca roll-over sites --accept-former-for P60D --wait",
            "  sallyport ca roll-over root --wait",
            "  sallyport ca roll-over internal sites teleworkers --yes"
        })
public final class RollOver implements Runnable {
    private static final String ROOT = "root";

    /** What is below the root comes after it; gateways are last (ADR 84). */
    private static final List<String> ORDER =
            List.of(ROOT, "internal", "sites", "teleworkers", "gateways");

    /**
     * What is done and where; of the rest whoever types it again decides again, above all whether
     * it is confirmed.
     */
    private static final List<String> REPEATED =
            List.of(
                    "--accept-former-for",
                    "--canary",
                    "--wave-size",
                    "--wave-seconds",
                    "--profile");

    private final Invocation invocation;

    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "1..*",
            paramLabel = "PURPOSE",
            description = "Which: root, or the purpose of an issuing CA (see: sallyport ca show).")
    private List<String> purposes;

    @Option(
            names = "--accept-former-for",
            paramLabel = "DURATION",
            description =
                    "How long what the former authority issued is accepted when all is done, such"
                            + " as P60D, or PT0S where its key may be known to others: who was"
                            + " away, and every teleworker, then needs a secret. Until the last of"
                            + " it ends if absent, a root for 398 days.")
    private Duration acceptFormerFor;

    @Mixin private RunOptions options;

    public RollOver(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        List<String> names =
                purposes.stream()
                        .map(each -> each.toLowerCase(Locale.ROOT))
                        .sorted(Comparator.comparingInt(RollOver::place))
                        .toList();
        if (names.size() == 1) {
            new Rotations(invocation).run(rotation(names.getFirst()), options);
            return;
        }
        if (Set.copyOf(names).size() < names.size()) {
            throw CommandException.of(
                    ExitCode.USAGE, "an authority is named twice: " + String.join(" ", names));
        }
        new RotationSequence(
                        invocation,
                        names.stream().map(name -> new Step(name, rotation(name))).toList(),
                        repeated())
                .run(options);
    }

    private String repeated() {
        return REPEATED.stream()
                .flatMap(name -> typed(name).map(value -> name + " " + value).stream())
                .collect(Collectors.joining(" "));
    }

    /** The value of an option, which may stand before the name of this command too. */
    private Optional<String> typed(String name) {
        return Stream.iterate(spec, Objects::nonNull, CommandSpec::parent)
                .map(each -> each.commandLine().getParseResult())
                .filter(parsed -> parsed.hasMatchedOption(name))
                .map(parsed -> parsed.matchedOption(name).originalStringValues().getLast())
                .findFirst();
    }

    /** Last what only the server knows. */
    private static int place(String name) {
        int known = ORDER.indexOf(name);
        return known < 0 ? ORDER.size() : known;
    }

    private NewRotation rotation(String name) {
        return new NewRotation(
                name.equals(ROOT) ? RotationKind.ROOT : RotationKind.ISSUING_CA,
                List.of(),
                Optional.of(name).filter(purpose -> !purpose.equals(ROOT)),
                Optional.ofNullable(acceptFormerFor));
    }
}
