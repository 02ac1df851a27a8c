package io.sallyport.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
        for (Path file : pidFiles(directory)) {
            pid(file)
                    .flatMap(ProcessHandle::of)
                    .filter(LeftOverProcesses::isOfAKindWeStart)
                    .filter(handle -> worksOn(handle, directory))
                    .ifPresent(LeftOverProcesses::endAndWait);
        }
    }

    /** A running PostgreSQL removes files at any time: one that vanishes is nobody's pid file. */
    private static List<Path> pidFiles(Path directory) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (file.endsWith("pid") || file.endsWith("postmaster.pid")) {
                                found.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path visited, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new LabException("looking for left-over processes of " + directory, e);
        }
        return found;
    }

    /** Empty also for a file whose writer was killed before it wrote. */
    private static Optional<Long> pid(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("[1-9][0-9]{0,9}"))
                    .map(Long::valueOf);
        } catch (IOException _) {
            return Optional.empty();
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
