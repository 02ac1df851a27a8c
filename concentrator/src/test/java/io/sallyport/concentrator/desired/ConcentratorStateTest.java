package io.sallyport.concentrator.desired;

import static io.sallyport.concentrator.Desired.CONCENTRATOR;
import static io.sallyport.concentrator.Desired.state;
import static io.sallyport.concentrator.Desired.tunnel;
import static io.sallyport.node.FakeProvisioner.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.desired.DesiredFetcher;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

@Timeout(30)
class ConcentratorStateTest {
    private static final String PATH = "/desired";

    @TempDir Path directory;
    private StateDirectory state;
    private FakeProvisioner provisioner;
    private ProvisionerConnection connection;
    private DesiredStore<DesiredState> store;
    private Thread thread;
    private final BlockingQueue<String> queries = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> applied = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        state = StateDirectory.open(directory);
        provisioner = new FakeProvisioner(true);
        serve();
        connection = provisioner.connection();
        store = ConcentratorState.open(state, CONCENTRATOR);
        Backoff backoff = new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), new Random(1));
        DesiredFetcher fetcher =
                new DesiredFetcher(
                        connection,
                        provisioner.url(PATH),
                        store,
                        backoff,
                        Duration.ofMillis(500),
                        () -> applied.add(store.version()));
        thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        fetcher.run();
                                    } catch (InterruptedException _) {
                                        // the test is over
                                    }
                                });
    }

    /** Each poll takes the next answer, or waits for one; an empty one is a 204. */
    private void serve() {
        provisioner.on(
                PATH,
                exchange -> {
                    queries.add(exchange.getRequestURI().getQuery());
                    try {
                        byte[] body = answers.poll(10, TimeUnit.SECONDS);
                        if (body != null) {
                            answer(exchange, body.length == 0 ? 204 : 200, body);
                        }
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
        connection.close();
        provisioner.close();
        state.close();
    }

    @Test
    void takesANewerStateAndAsksForTheNext() throws InterruptedException {
        answers.add(json(state(3, tunnel(1))));
        assertThat(applied.take()).isEqualTo(3);
        assertThat(queries.take()).isEqualTo("after=0");
        assertThat(queries.take()).isEqualTo("after=3");
    }

    @Test
    void keepsTheStateOverARestart() throws Exception {
        answers.add(json(state(3, tunnel(1))));
        applied.take();
        assertThat(ConcentratorState.open(state, CONCENTRATOR).current())
                .contains(state(3, tunnel(1)));
        assertThat(ConcentratorState.open(state, UUID.randomUUID()).current()).isEmpty();
    }

    @Test
    void refusesGarbageAndGoesOn() throws InterruptedException {
        answers.add(json(state(3, tunnel(1))));
        applied.take();
        answers.add("{\"version\":4".getBytes(StandardCharsets.UTF_8));
        answers.add("<html>".getBytes(StandardCharsets.UTF_8));
        answers.add(json(state(2)));
        answers.add(json(foreign()));
        answers.add(new byte[0]);
        answers.add(json(state(5)));
        assertThat(applied.take()).isEqualTo(5);
    }

    @Test
    void restsWhenAProvisionerAnswersNothingAtOnce() throws InterruptedException {
        answers.add(new byte[0]);
        answers.add(new byte[0]);
        queries.take();
        long began = System.nanoTime();
        queries.take();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void givesUpAnAnswerThatDoesNotCome() throws InterruptedException {
        assertThat(queries.take()).isEqualTo("after=0");
        assertThat(queries.take()).isEqualTo("after=0");
    }

    @Test
    void comesBackToAProvisionerThatWasAway() throws Exception {
        answers.add(json(state(3)));
        applied.take();
        provisioner.stop();
        provisioner.start();
        serve();
        answers.add(json(state(4)));
        answers.add(json(state(4)));
        assertThat(applied.take()).isEqualTo(4);
    }

    private static DesiredState foreign() {
        DesiredState mine = state(9);
        return new DesiredState(
                9,
                UUID.randomUUID(),
                mine.local(),
                mine.authorities(),
                mine.revocationLists(),
                mine.tunnels());
    }

    private static byte[] json(DesiredState desired) {
        return WireJson.encode(desired);
    }
}
