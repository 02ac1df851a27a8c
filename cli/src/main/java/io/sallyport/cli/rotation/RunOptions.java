package io.sallyport.cli.rotation;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Optional;

/** How a rotation is started, and whether it is followed. */
public final class RunOptions {
    @Option(names = "--dry-run", description = "Shows the plan and does nothing.")
    private boolean dryRun;

    @Option(
            names = "--canary",
            paramLabel = "COUNT",
            description = "How many are in the first wave.")
    private Integer canary;

    @Option(
            names = "--wave-size",
            paramLabel = "COUNT",
            description = "How many are in each later wave.")
    private Integer waveSize;

    @Option(
            names = "--wave-seconds",
            paramLabel = "SECONDS",
            description = "A wave that is not verified by then has failed.")
    private Integer waveSeconds;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not show the plan and ask before it starts.")
    private boolean yes;

    @Option(
            names = "--wait",
            description = "Follows it to its end, and tells each wave with its lost packets.")
    private boolean wait;

    @Option(
            names = "--wait-seconds",
            paramLabel = "SECONDS",
            description =
                    "How long to follow it, exit code 4 if that is too short; if absent, as long as"
                            + " its waves may take.")
    private Integer waitSeconds;

    /** How the waves are to be; what is absent is the server's choice. */
    NewRotation.Waves waves() {
        return new NewRotation.Waves(
                Optional.ofNullable(canary),
                Optional.ofNullable(waveSize),
                Optional.ofNullable(waveSeconds));
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean yes() {
        return yes;
    }

    boolean follows() {
        return wait;
    }

    Optional<Duration> followFor() {
        return Optional.ofNullable(waitSeconds).map(Duration::ofSeconds);
    }
}
