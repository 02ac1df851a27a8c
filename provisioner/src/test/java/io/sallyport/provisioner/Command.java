package io.sallyport.provisioner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A command of the machine, as an independent judge of what we make. */
public final class Command {
    private static final int SECONDS_AT_MOST = 60;

    private Command() {}

    /** How it ended and what it printed, errors included. */
    public record Result(int status, String output) {}

    /** Runs a command line without quotes in that directory, whatever comes of it. */
    public static Result run(Path directory, String commandLine) throws Exception {
        Path output = Files.createTempFile(directory, "command", ".out");
        Process process =
                new ProcessBuilder(commandLine.split(" "))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(commandLine + " did not end");
        }
        return new Result(process.exitValue(), Files.readString(output, UTF_8));
    }
}
