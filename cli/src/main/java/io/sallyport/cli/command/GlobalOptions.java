package io.sallyport.cli.command;

import io.sallyport.cli.profile.ProfileStore;
import io.sallyport.cli.terminal.OutputFormat;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.time.Duration;
import java.util.Map;

/** The options that every command takes, wherever they stand on the line. */
public final class GlobalOptions {
    private static final String DEFAULT_PROFILE = "default";
    private static final int TIMEOUT_AT_MOST = 3600;

    private final Map<String, String> environment;
    private final boolean watched;

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            paramLabel = "FORMAT",
            description = "table for people, json for programs: the API's own documents.")
    private OutputFormat output = OutputFormat.TABLE;

    @Option(
            names = {"-p", "--profile"},
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description =
                    "The login to use; else the one that SALLYPORT_PROFILE names; else 'default'.")
    private String profile;

    @Option(
            names = "--timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "SECONDS",
            description = "How long one request may take (${DEFAULT-VALUE}).")
    private int timeoutSeconds = 30;

    @Option(
            names = "--progress",
            scope = ScopeType.INHERIT,
            negatable = true,
            description =
                    "Tell on standard error how far the work is; usual if that is a terminal.")
    private Boolean progress;

    /**
     * @param watched whether standard error is a terminal
     */
    public GlobalOptions(Map<String, String> environment, boolean watched) {
        this.environment = environment;
        this.watched = watched;
    }

    OutputFormat output() {
        return output;
    }

    String profile() {
        String name =
                profile != null
                        ? profile
                        : environment.getOrDefault("SALLYPORT_PROFILE", DEFAULT_PROFILE);
        if (!ProfileStore.isName(name)) {
            throw usage("expected letters, digits and . _ - as the name of a login");
        }
        return name;
    }

    Duration timeout() {
        if (timeoutSeconds < 1 || timeoutSeconds > TIMEOUT_AT_MOST) {
            throw usage("--timeout: expected 1 to %d seconds".formatted(TIMEOUT_AT_MOST));
        }
        return Duration.ofSeconds(timeoutSeconds);
    }

    boolean progress() {
        return progress == null ? watched : progress;
    }

    private static CommandException usage(String message) {
        return CommandException.of(ExitCode.USAGE, message);
    }
}
