package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.sallyport.vici.ViciPacket.CmdResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@Timeout(30)
class ViciSessionTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(60);
    private static final ViciMessage VERSION =
            ViciMessage.builder().put("daemon", "charon").put("version", "5.9.8").build();

    private FakeCharon charon;
    private ViciSession session;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        charon = new FakeCharon(directory.resolve("charon.vici")).answer("version", VERSION);
        session = new ViciSession(charon.socket());
    }

    @AfterEach
    void disconnect() throws Exception {
        session.close();
        charon.close();
    }

    @Test
    void returnsTheResponse() throws Exception {
        assertThat(version()).isEqualTo(VERSION);
        assertThat(charon.requests())
                .containsExactly(new ViciPacket.CmdRequest("version", ViciMessage.EMPTY));
    }

    @Test
    void sendsAllCallsOverOneConnection() throws Exception {
        assertThat(session.generation()).isZero();
        version();
        version();
        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void tellsCharonsOwnMessageAndKeepsTheConnection() throws Exception {
        charon.refuse("load-conn", "invalid value for: proposals, config discarded");

        assertThatThrownBy(() -> session.call("load-conn", ViciMessage.EMPTY, AMPLE))
                .asInstanceOf(type(ViciCommandException.class))
                .satisfies(
                        e -> {
                            assertThat(e.command()).isEqualTo("load-conn");
                            assertThat(e.charonMessage())
                                    .isEqualTo("invalid value for: proposals, config discarded");
                            assertThat(e).hasMessageContaining("refused load-conn: invalid value");
                        });
        version();
        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void tellsUnknownCommandAndKeepsTheConnection() throws Exception {
        assertThatThrownBy(() -> session.call("make-coffee", ViciMessage.EMPTY, AMPLE))
                .asInstanceOf(type(ViciUnknownCommandException.class))
                .satisfies(e -> assertThat(e.command()).isEqualTo("make-coffee"));
        version();
        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void understandsAnswerThatComesOneOctetAtATime() throws Exception {
        charon.on(
                "version",
                (_, client) -> {
                    ByteBuffer octets = FakeCharon.Client.framed(new CmdResponse(VERSION));
                    while (octets.hasRemaining()) {
                        client.sendOctets(ByteBuffer.wrap(new byte[] {octets.get()}));
                    }
                });

        assertThat(version()).isEqualTo(VERSION);
    }

    @Test
    void understandsLargestRequestAndResponse() throws Exception {
        ViciMessage.Builder large = ViciMessage.builder();
        for (int i = 0; i < 7; i++) {
            large.put("key" + i, new byte[ViciValue.MAX_LENGTH]);
        }
        charon.on("echo", (request, client) -> client.respond(request));

        assertThat(session.call("echo", large.build(), AMPLE)).isEqualTo(large.build());
    }

    @Test
    void givesUpAtTheLimitWhenCharonNeverAnswers() throws Exception {
        charon.on("stats", (_, _) -> {});
        long begun = System.nanoTime();

        assertThatThrownBy(() -> session.call("stats", ViciMessage.EMPTY, SHORT))
                .isInstanceOf(ViciTimeoutException.class)
                .hasMessageContaining("PT0.06S");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT, AMPLE);
        assertThat(version()).isEqualTo(VERSION);
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void givesUpAtTheLimitWhenCharonStopsInMidPacket() throws Exception {
        charon.on(
                "stats",
                (_, client) -> client.sendOctets(ByteBuffer.wrap(new byte[] {0, 0, 1, 0, 1, 3})));

        assertThatThrownBy(() -> session.call("stats", ViciMessage.EMPTY, SHORT))
                .isInstanceOf(ViciTimeoutException.class);
        assertThat(version()).isEqualTo(VERSION);
    }

    @Test
    void connectsAnewAfterCharonClosedInsteadOfAnswering() throws Exception {
        charon.on("stats", (_, client) -> client.close());

        assertThatThrownBy(() -> session.call("stats", ViciMessage.EMPTY, AMPLE))
                .isInstanceOf(EOFException.class);
        assertThat(version()).isEqualTo(VERSION);
    }

    @Test
    void noticesRestartBetweenCallsAndTellsItByTheGeneration() throws Exception {
        version();
        charon.restart();

        assertThat(version()).isEqualTo(VERSION);
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void failsWhileNobodyListensAndRecovers() throws Exception {
        charon.stop();
        assertThatThrownBy(this::version)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(charon.socket().toString());

        charon.start();
        assertThat(version()).isEqualTo(VERSION);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no octets at all,         00000000,     expected 1 to 524288",
        "one octet too many,       00080001,     segment of 524289 octets",
        "a length with the top bit, 80000000,    segment of 2147483648 octets",
        "an unknown packet type,   0000000109,   came 0x09",
        "a confirmation,           0000000105,   'expected the response to stats, came"
                + " EventConfirm'",
        "a request,                000000020000, 'expected the response to stats, came CmdRequest'",
        "an event,                 000000020700, 'expected the response to stats, came Event'",
    })
    void closesTheConnectionOver(String what, String hex, String message) throws Exception {
        charon.on("stats", (_, client) -> client.sendOctets(Octets.octets(hex)));

        assertThatThrownBy(() -> session.call("stats", ViciMessage.EMPTY, AMPLE))
                .as(what)
                .isInstanceOf(ViciProtocolException.class)
                .hasMessageContaining(message);
        version();
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void refusesAnIdleConnectionOnWhichSomethingCameUnasked() throws Exception {
        charon.on(
                "twice",
                (_, client) -> {
                    ByteBuffer one = FakeCharon.Client.framed(new CmdResponse(VERSION));
                    client.sendOctets(
                            ByteBuffer.allocate(2 * one.remaining())
                                    .put(one.duplicate())
                                    .put(one)
                                    .flip());
                });
        session.call("twice", ViciMessage.EMPTY, AMPLE);

        version();
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void closingEndsACallUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        charon.on("stats", (_, _) -> asked.countDown());
        Running call = start(() -> session.call("stats", ViciMessage.EMPTY, AMPLE));
        asked.await();

        session.close();

        assertThatThrownBy(call.result()::get).hasCauseInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(this::version).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void interruptionEndsACall() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        charon.on("stats", (_, _) -> asked.countDown());
        Running call = start(() -> session.call("stats", ViciMessage.EMPTY, AMPLE));
        asked.await();

        call.thread().interrupt();

        assertThatThrownBy(call.result()::get).hasCauseInstanceOf(ClosedByInterruptException.class);
        assertThat(version()).isEqualTo(VERSION);
    }

    @Test
    void waitingForTheTurnCountsTowardsTheLimit() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        charon.on("stats", (_, _) -> asked.countDown());
        start(() -> session.call("stats", ViciMessage.EMPTY, AMPLE));
        asked.await();

        assertThatThrownBy(() -> session.call("version", ViciMessage.EMPTY, SHORT))
                .isInstanceOf(ViciTimeoutException.class)
                .hasMessageContaining("waiting for another call");
    }

    @Test
    void threadsTakeTurnsAndGetTheirOwnAnswers() throws Exception {
        charon.on("echo", (request, client) -> client.respond(request));
        List<Future<ViciMessage>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                ViciMessage own = ViciMessage.builder().put("number", i).build();
                answers.add(threads.submit(() -> session.call("echo", own, AMPLE)));
            }
        }
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).get().text("number")).contains(Integer.toString(i));
        }
        assertThat(session.generation()).isEqualTo(1);
    }

    private ViciMessage version() throws IOException {
        return session.call("version", ViciMessage.EMPTY, AMPLE);
    }

    private record Running(Thread thread, CompletableFuture<ViciMessage> result) {}

    private static Running start(Callable<ViciMessage> call) {
        CompletableFuture<ViciMessage> result = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        result.complete(call.call());
                                    } catch (Exception e) {
                                        result.completeExceptionally(e);
                                    }
                                });
        return new Running(thread, result);
    }
}
