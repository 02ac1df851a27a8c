package io.sallyport.cli.rotation;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code sallyport rotate status}. */
@Command(
        name = "status",
        description = "Lists the rotations, or shows one with its waves.",
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport rotate status", "  sallyport rotate status ROTATION --wait"})
public final class ShowRotation implements Runnable {
    private final Invocation invocation;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ROTATION",
            description = "Id of the rotation; all if absent.")
    private String id;

    @Option(names = "--wait", description = "Follows it to its end.")
    private boolean wait;

    @Option(
            names = "--wait-seconds",
            paramLabel = "SECONDS",
            description =
                    "How long to follow it, exit code 4 if that is too short; if absent, as long as"
                            + " its waves may take.")
    private Integer waitSeconds;

    public ShowRotation(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Rotations rotations = new Rotations(invocation);
        if (id == null) {
            list(rotations.all());
        } else if (wait) {
            rotations.follow(
                    rotations.find(id), Optional.ofNullable(waitSeconds).map(Duration::ofSeconds));
        } else {
            rotations.show(rotations.find(id));
        }
    }

    private void list(List<Rotation> all) {
        invocation.show(
                Document.empty()
                        .putList("rotations", all.stream().map(Rotation::document).toList()),
                sheet ->
                        sheet.table(
                                List.of("ROTATION", "KIND", "STATE", "LOST", "CAUSE"),
                                all.stream()
                                        .map(
                                                one ->
                                                        List.of(
                                                                one.id(),
                                                                one.kind(),
                                                                one.state(),
                                                                Rotation.packets(
                                                                        one.lostPackets(),
                                                                        !one.goesOn()),
                                                                one.cause().orElse("")))
                                        .toList()));
    }
}
