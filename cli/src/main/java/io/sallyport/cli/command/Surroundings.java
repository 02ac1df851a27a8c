package io.sallyport.cli.command;

import io.sallyport.cli.terminal.Prompt;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a process finds around it.
 *
 * @param environment environment variables
 * @param home the user's directory
 * @param watched whether standard error is a terminal
 */
public record Surroundings(
        Map<String, String> environment,
        Path home,
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        boolean watched,
        Prompt prompt,
        Clock clock,
        Pause pause,
        Programs programs) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Lets time pass. */
    public interface Pause {
        /** Blocks for so long. */
        void take(Duration duration) throws InterruptedException;
    }

    /** Starts other programs. */
    public interface Programs {
        /**
         * Runs a program that has this one's terminal to itself meanwhile. Blocks until it ends.
         *
         * @return its exit status
         */
        int run(List<String> command) throws IOException, InterruptedException;
    }

    /** The environment holds what it likes; none of it is repeated. */
    @Override
    public String toString() {
        return "Surroundings";
    }
}
