package io.sallyport.provisioner.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command of the machine: a client that was not written by us. */
final class Tool {
    private static final int SECONDS_AT_MOST = 60;

    private Tool() {}

    /** How it ended, and what it printed, errors included. */
    record Result(int status, String output) {}

    /** Runs a command and returns what it printed; fails the test when its status is not 0. */
    static String run(Path directory, String... command) throws Exception {
        Result result = attempt(directory, command);
        if (result.status() != 0) {
            throw new AssertionError(
                    "%s: status %d%n%s"
                            .formatted(List.of(command), result.status(), result.output()));
        }
        return result.output();
    }

    /** Runs a command, whatever comes of it. */
    static Result attempt(Path directory, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "command", ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command[0] + " did not end");
        }
        return new Result(process.exitValue(), Files.readString(output, UTF_8));
    }
}
