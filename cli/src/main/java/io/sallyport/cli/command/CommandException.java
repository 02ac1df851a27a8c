package io.sallyport.cli.command;

import java.util.Optional;

/** A command that cannot go on, and what the one who typed it can do about it. */
public final class CommandException extends RuntimeException {
    private final ExitCode exitCode;
    private final transient Optional<String> remedy;

    private CommandException(ExitCode exitCode, String message, Optional<String> remedy) {
        super(message);
        this.exitCode = exitCode;
        this.remedy = remedy;
    }

    /** One that nothing typed here can help. */
    public static CommandException of(ExitCode exitCode, String message) {
        return new CommandException(exitCode, message, Optional.empty());
    }

    /**
     * One that can be helped.
     *
     * @param remedy what to do, as a sentence
     */
    public static CommandException of(ExitCode exitCode, String message, String remedy) {
        return new CommandException(exitCode, message, Optional.of(remedy));
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public Optional<String> remedy() {
        return remedy;
    }
}
