package io.sallyport.provisioner.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Octets in, octets out: what the listener does whatever is asked. */
class StatusListenerTest {
    private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

    private Optional<StatusListener> listener = Optional.empty();

    @AfterEach
    void close() {
        listener.ifPresent(StatusListener::close);
    }

    @Test
    void answersOneAfterTheOtherOnOneConnection() throws IOException {
        open(Duration.ofSeconds(10));
        String answers =
                talk(
                        REQUEST
                                + "HEAD /bc HTTP/1.1\r\n\r\n"
                                + "GET http://x/d HTTP/1.1\r\nConnection: close\r\n\r\n");
        assertThat(answers.toLowerCase(Locale.ROOT))
                .containsSubsequence(
                        "http/1.1 200 ok",
                        "content-length: 6",
                        "\r\n\r\nget /ahttp/1.1 200 ok",
                        "content-length: 8",
                        "\r\n\r\nhttp/1.1 200 ok",
                        "connection: close",
                        "\r\n\r\nget /d")
                .containsPattern("date: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d gmt");
    }

    @Test
    void answersAnOldClientAndCloses() throws IOException {
        open(Duration.ofSeconds(10));
        assertThat(talk("GET /a HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("GET /a");
    }

    static Stream<Arguments> refused() {
        String fields = "Host: x\r\nContent-Length: ";
        return Stream.of(
                Arguments.of("long line", "GET /" + "a".repeat(4096) + " HTTP/1.1\r\n\r\n", 414),
                Arguments.of(
                        "long header",
                        "GET / HTTP/1.1\r\nX: " + "a".repeat(8192) + "\r\n\r\n",
                        431),
                Arguments.of("no HTTP", "hello\r\n\r\n", 400),
                Arguments.of("TLS", "\u0016\u0003\u0001" + "\u0000".repeat(50) + "\r\n\r\n", 400),
                Arguments.of(
                        "length that is none", "POST / HTTP/1.1\r\n" + fields + "x\r\n\r\n", 400),
                Arguments.of(
                        "two lengths",
                        "POST / HTTP/1.1\r\n" + fields + "1\r\nContent-Length: 2\r\n\r\n",
                        400),
                Arguments.of("long body", "POST / HTTP/1.1\r\n" + fields + "8193\r\n\r\n", 413),
                Arguments.of(
                        "endless body",
                        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + ("1000\r\n" + "a".repeat(4096) + "\r\n").repeat(3),
                        413));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("refused")
    void refusesAndCloses(String what, String request, int status) throws IOException {
        open(Duration.ofSeconds(1));
        assertThat(talk(request)).as(what).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void cutsARequestThatDoesNotEnd() throws IOException {
        open(Duration.ofMillis(300));
        assertThat(talk("GET /a HTTP/1.1\r\nHos")).isEmpty();
        assertThat(talk("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")).isEmpty();
        assertThat(talk("")).isEmpty();
    }

    @Test
    void closesAConnectionThatAsksNothingMore() throws IOException {
        open(Duration.ofMillis(300));
        assertThat(talk(REQUEST)).endsWith("GET /a");
    }

    @Test
    void refusesOneConnectionTooManyOfASource() throws IOException {
        open(Duration.ofSeconds(10));
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Socket socket = connect();
                held.add(socket);
                socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            assertThat(talk(REQUEST)).isEmpty();
            held.removeFirst().close();
            // Its end is noticed soon, not at once.
            String answer = "";
            for (int i = 0; i < 100 && answer.isEmpty(); i++) {
                answer = talk("GET /a HTTP/1.0\r\n\r\n");
            }
            assertThat(answer).endsWith("GET /a");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void oneTooManyToBeAnsweredAtOnceIsToldToComeBack() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(8);
        listener =
                Optional.of(
                        new StatusListener(
                                where(),
                                request -> {
                                    held.countDown();
                                    try {
                                        release.await();
                                    } catch (InterruptedException _) {
                                        Thread.currentThread().interrupt();
                                    }
                                    return StatusAnswer.empty(204);
                                },
                                new TestClock(),
                                Duration.ofSeconds(10),
                                new ConnectionsBySource(100, 100)));
        listener.get().open();
        List<Socket> asking = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket socket = connect();
            asking.add(socket);
            socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
        }
        held.await();
        assertThat(talk("GET /a HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 503");
        release.countDown();
        for (Socket socket : asking) {
            try (socket) {
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
        }
    }

    private void open(Duration patience) throws IOException {
        listener =
                Optional.of(
                        new StatusListener(
                                where(),
                                request ->
                                        new StatusAnswer(
                                                200,
                                                Map.of(),
                                                ByteBuffer.wrap(
                                                        (request.method() + " " + request.path())
                                                                .getBytes(ISO_8859_1))),
                                new TestClock(),
                                patience,
                                new ConnectionsBySource(100, 4)));
        listener.get().open();
    }

    private static Optional<Configuration.Listener> where() {
        return Optional.of(new Configuration.Listener(IpAddress.parse("127.0.0.1"), 0));
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(
                        InetAddress.getLoopbackAddress(),
                        listener.orElseThrow().address().orElseThrow().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Sends, and reads to the end. */
    private String talk(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException _) { // closed while we were still sending
            return "";
        }
    }
}
