package io.sallyport.lab.bench;

import io.sallyport.lab.CharonHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.LabException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A shell on a host that already waits for its script, as an administrator's session does: the way
 * into the container, longer than most of what is measured, does not count. Two named pipes in the
 * directory that host and machine share carry "go" and the status.
 */
final class WaitingShell implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String SHARED = "/run/charon";
    private static final String LOOP =
            """
            cd %s
            rm -f go done
            mkfifo done go
            exec 3<>go 4<>done
            while read -r _ <&3; do
              timeout 60 sh script >output 2>&1
              echo $? >&4
            done
            """
                    .formatted(SHARED);

    private final Path shared;
    private final HostProcess process;
    private final RandomAccessFile go;
    private final RandomAccessFile done;

    private WaitingShell(Path shared, HostProcess process) throws IOException {
        this.shared = shared;
        this.process = process;
        // Opened for both directions, so that neither opening waits for the other end.
        this.go = new RandomAccessFile(shared.resolve("go").toFile(), "rw");
        this.done = new RandomAccessFile(shared.resolve("done").toFile(), "rw");
    }

    static WaitingShell on(CharonHost host) {
        HostProcess process = host.spawn("waiting-shell", "sh", "-c", LOOP);
        host.await(DEADLINE, "[ -p " + SHARED + "/go ]");
        try {
            return new WaitingShell(host.viciSocket().getParent(), process);
        } catch (IOException e) {
            throw new LabException("the pipes of " + host.name(), e);
        }
    }

    /** Puts the script there; the time for this is the caller's to count or not. */
    void prepare(String script) {
        try {
            Files.writeString(shared.resolve("script"), "set -e\n" + script);
        } catch (IOException e) {
            throw new LabException("a script", e);
        }
    }

    /** Runs the prepared script; throws with its output unless it ends with status 0. */
    void run() {
        try {
            go.write('\n');
            StringBuilder status = new StringBuilder();
            for (int c = done.read(); c != '\n'; c = done.read()) {
                status.append((char) c);
            }
            if (!status.toString().equals("0")) {
                throw new LabException(
                        "status "
                                + status
                                + "\n"
                                + Files.readString(
                                        shared.resolve("output"), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new LabException("a script on a host", e);
        }
    }

    @Override
    public void close() {
        try (go;
                done) {
            process.end(DEADLINE);
        } catch (IOException e) {
            throw new LabException("the pipes of a host", e);
        }
    }
}
