package io.sallyport.cli.authority;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code sallyport ca init}, and {@code ca ceremony} for what is held later. The steps of the key
 * ceremony work on files and keys where nothing listens, so they are the provisioner's own; this
 * gives them their place among the commands.
 */
@Command(
        name = "init",
        aliases = "ceremony",
        description =
                "The key ceremony, with the root's key on another machine: says the steps, or runs"
                        + " one where it is to be run.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport ca init",
            "  sallyport ca init request --out \"$MEDIUM/requests\"",
            "  sallyport ca init sign --domain sallyport.internal --requests \"$MEDIUM/requests\""
                    + " \\",
            "    --certificates \"$MEDIUM/certificates\" --transcript \"$SAFE/transcript-1.txt\""
                    + " \\",
            "    --attending \"Ada Lovelace\" --attending \"Charles Babbage\" --root \"$SAFE\"",
            "  sallyport ca init import --certificates \"$MEDIUM/certificates\"",
            "  sallyport ca ceremony revocation-list --revocation-list \"$MEDIUM/root-crl-1.pem\""
                    + " \\",
            "    --transcript \"$SAFE/transcript-2.txt\" \\",
            "    --attending \"Ada Lovelace\" --attending \"Charles Babbage\" --root \"$SAFE\"",
            "  sallyport ca ceremony import --revocation-list \"$MEDIUM/root-crl-1.pem\"",
            "",
            "As an operator does it: docs/operations/key-ceremony.md. Options of this command"
                    + " itself",
            "stand before the step."
        })
public final class InitAuthorities implements Runnable {
    private final Invocation invocation;

    @Option(
            names = "--provisioner",
            paramLabel = "JAR",
            description =
                    "The provisioner's jar; else SALLYPORT_PROVISIONER names it; else that of"
                            + " this checkout.")
    private Path provisioner;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "STEP",
            description = "${COMPLETION-CANDIDATES}; none says what they are.")
    private Step step;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "OPTION",
            description = "What the step takes.")
    private List<String> options = new ArrayList<>();

    public InitAuthorities(Invocation invocation) {
        this.invocation = invocation;
    }

    /** A step of the ceremony. */
    private enum Step {
        REQUEST("the provisioner's machine", "makes the issuing authorities' keys and requests"),
        SIGN("a machine without network", "the root signs the requests; the transcript says how"),
        IMPORT("the provisioner's machine", "takes the certificates; then start the provisioner"),
        REVOCATION_LIST("a machine without network", "once a year: the root signs its CRL"),
        NEXT_ROOT("a machine without network", "when the root is rolled over: makes the next one");

        private final String where;
        private final String what;

        Step(String where, String what) {
            this.where = where;
            this.what = what;
        }

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public void run() {
        if (step == null) {
            tell();
            return;
        }
        List<String> arguments = new ArrayList<>(List.of("ceremony", step.toString()));
        arguments.addAll(options);
        int status = invocation.runJar(jar(), arguments);
        if (status != 0) {
            throw CommandException.of(
                    status == 2 ? ExitCode.USAGE : ExitCode.FAILED,
                    "the step '%s' did not succeed; what it said is above".formatted(step));
        }
    }

    private Path jar() {
        if (provisioner != null) {
            return provisioner;
        }
        return invocation
                .environment("SALLYPORT_PROVISIONER")
                .map(Path::of)
                .orElseThrow(
                        () ->
                                CommandException.of(
                                        ExitCode.LOCAL,
                                        "the provisioner's jar is not known",
                                        "Name it by --provisioner JAR."));
    }

    private void tell() {
        List<Step> steps = List.of(Step.values());
        invocation.show(
                Document.empty()
                        .putList(
                                "steps",
                                steps.stream()
                                        .map(
                                                each ->
                                                        Document.empty()
                                                                .put("step", each.toString())
                                                                .put("where", each.where)
                                                                .put("what", each.what))
                                        .toList()),
                sheet ->
                        sheet.table(
                                        List.of("STEP", "WHERE", "WHAT"),
                                        steps.stream()
                                                .map(
                                                        each ->
                                                                List.of(
                                                                        each.toString(),
                                                                        each.where,
                                                                        each.what))
                                                .toList())
                                .gap()
                                .line("What travels between the machines is public. See")
                                .line(
                                        "docs/operations/key-ceremony.md, and: sallyport ca init"
                                                + " --help"));
    }
}
