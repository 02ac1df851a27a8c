package io.sallyport.concentrator.observe;

import static io.sallyport.concentrator.Desired.state;
import static io.sallyport.concentrator.Desired.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

@Timeout(30)
class ProberTest {
    private static final IpAddress PROBED = tunnel(1).probeAddress();

    @TempDir Path directory;
    private final BlockingQueue<IpAddress> replies = new LinkedBlockingQueue<>();
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 1", "exec >&-; exec sleep 20"})
    void goesOnProbingWhenFpingDies(String end) throws Exception {
        probe("echo '%s : [0], 64 bytes, 3.1 ms (3.1 avg, 0%% loss)'\n%s".formatted(PROBED, end));
        assertThat(replies.take()).isEqualTo(PROBED);
        assertThat(replies.take()).isEqualTo(PROBED);
        assertThat(replies.take()).isEqualTo(PROBED);
    }

    @Test
    void startsFpingOnceItIsThere() throws Exception {
        Path fping = directory.resolve("fping");
        begin(fping);
        script(fping, "echo '%s : [0], 64 bytes, 3.1 ms (3.1 avg, 0%% loss)'".formatted(PROBED));
        assertThat(replies.take()).isEqualTo(PROBED);
    }

    private void probe(String lines) throws IOException {
        Path fping = directory.resolve("fping");
        script(fping, lines);
        begin(fping);
    }

    private static void script(Path fping, String lines) throws IOException {
        Path unfinished = Files.writeString(fping.resolveSibling("new"), "#!/bin/sh\n" + lines);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwx------"));
        Files.move(unfinished, fping);
    }

    private void begin(Path fping) {
        Prober prober = new Prober(fping.toString(), (from, _) -> replies.add(from), _ -> {});
        prober.wanted(state(1, tunnel(1)));
        thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        prober.run();
                                    } catch (InterruptedException _) {
                                        // the test is over
                                    }
                                });
    }
}
