package io.sallyport.lab.bench;

import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Commands of this machine. */
final class Tools {
    private Tools() {}

    /** Runs a command line without quotes; throws unless it ends with status 0. */
    static void run(Path directory, String commandLine) {
        try {
            Process process =
                    new ProcessBuilder(commandLine.split(" "))
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("tool.out").toFile())
                            .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new LabException(commandLine + ": see " + directory.resolve("tool.out"));
            }
        } catch (IOException e) {
            throw new LabException(commandLine, e);
        } catch (InterruptedException e) {
            throw LabException.interrupted(commandLine, e);
        }
    }
}
