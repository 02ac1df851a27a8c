package io.sallyport.provisioner.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A postmaster that outlived the process that had started it. */
final class Orphan {
    private static final Logger LOG = LoggerFactory.getLogger(Orphan.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Orphan() {}

    /**
     * Ends the postmaster of this data directory, if one runs, and waits for its end.
     *
     * @throws IOException if it did not end in time
     */
    static void endIn(Path directory) throws IOException {
        Optional<ProcessHandle> found = find(directory);
        if (found.isEmpty()) {
            return;
        }
        ProcessHandle postmaster = found.get();
        LOG.warn("ending PostgreSQL {} that a killed provisioner left", postmaster.pid());
        // "Fast shutdown" (PostgreSQL documentation, section 18.5): clients are disconnected. The
        // JDK can only send SIGTERM, which waits for them. The kill is the shell's own, because a
        // small system lacks the package of the program.
        String pid = Long.toString(postmaster.pid());
        Process kill =
                new ProcessBuilder("sh", "-c", "kill -INT \"$1\"", "sh", pid)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            kill.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            postmaster.onExit().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL ended", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "PostgreSQL %d did not end within %s".formatted(postmaster.pid(), DEADLINE), e);
        }
    }

    /** The process in postmaster.pid, unless that number belongs to another program by now. */
    private static Optional<ProcessHandle> find(Path directory) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(directory.resolve("postmaster.pid"));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        // The first line is the process id (src/include/utils/pidfile.h).
        if (lines.isEmpty() || !lines.getFirst().matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        long pid = Long.parseLong(lines.getFirst());
        return ProcessHandle.of(pid).filter(_ -> worksIn(pid, directory));
    }

    private static boolean worksIn(long pid, Path directory) {
        try {
            // A postmaster's working directory is its data directory.
            return Path.of("/proc", Long.toString(pid), "cwd")
                    .toRealPath()
                    .equals(directory.toRealPath());
        } catch (IOException e) {
            LOG.debug("process {} cannot be looked at", pid, e);
            return false;
        }
    }
}
