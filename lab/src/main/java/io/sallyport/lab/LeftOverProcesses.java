package io.sallyport.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Processes on this machine that a killed run, or a killed parent, left behind. */
public final class LeftOverProcesses {
    private static final Duration END = Duration.ofSeconds(30);

    private LeftOverProcesses() {}

    /**
     * Ends the processes named by the pid files below a directory ({@code pid}, and PostgreSQL's
     * {@code postmaster.pid}), but only those that are what they should be and work on that
     * directory: a number may belong to another process by now.
     */
    public static void end(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> pidFiles =
                    files.filter(file -> file.endsWith("pid") || file.endsWith("postmaster.pid"))
                            .toList();
            for (Path file : pidFiles) {
                long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
                ProcessHandle.of(pid)
                        .filter(LeftOverProcesses::isOfAKindWeStart)
                        .filter(handle -> worksOn(handle, directory))
                        .ifPresent(LeftOverProcesses::endAndWait);
            }
        } catch (IOException e) {
            throw new LabException("looking for left-over processes of " + directory, e);
        }
    }

    private static boolean isOfAKindWeStart(ProcessHandle handle) {
        return handle.info().command().orElse("").matches(".*/(java|postgres)");
    }

    private static boolean worksOn(ProcessHandle handle, Path directory) {
        Path environment = Path.of("/proc", Long.toString(handle.pid()), "environ");
        try {
            return handle.info().commandLine().orElse("").contains(directory.toString())
                    || Files.readString(environment, StandardCharsets.ISO_8859_1)
                            .contains(directory.toString());
        } catch (IOException _) {
            return false;
        }
    }

    private static void endAndWait(ProcessHandle handle) {
        handle.destroy();
        try {
            handle.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw LabException.interrupted("end of a left-over process", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new LabException("left-over process " + handle.pid() + " does not end", e);
        }
    }
}
