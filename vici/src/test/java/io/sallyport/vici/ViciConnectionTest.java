package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sallyport.vici.ViciPacket.CmdRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Against a socket that listens and at first accepts nothing, as a charon that hangs. */
@Timeout(30)
class ViciConnectionTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(60);

    /** Octets that the exception and its message may take. */
    private static final long SMALL_CHANGE = 128 * 1024;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Path socket;
    private ServerSocketChannel server;

    @BeforeEach
    void listen(@TempDir Path directory) throws Exception {
        socket = directory.resolve("charon.vici");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 1);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void givesUpAtTheLimitWhileTheAcceptQueueIsFull() throws Exception {
        List<SocketChannel> waiting = fillAcceptQueue();

        assertThatThrownBy(() -> ViciConnection.connect(socket, Deadline.in(SHORT)))
                .isInstanceOf(ViciTimeoutException.class)
                .hasMessageContaining("accept queue is full");

        closeAll(waiting);
    }

    @Test
    void connectsAsSoonAsTheAcceptQueueHasRoom() throws Exception {
        List<SocketChannel> waiting = fillAcceptQueue();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ViciConnection> connecting =
                    threads.submit(() -> ViciConnection.connect(socket, Deadline.in(AMPLE)));
            server.configureBlocking(false);
            while (!connecting.isDone()) {
                SocketChannel accepted = server.accept();
                if (accepted != null) {
                    accepted.close();
                }
            }
            connecting.get().close();
        }
        closeAll(waiting);
    }

    @Test
    void givesUpAtTheLimitWhenNobodyReadsWhatIsSent() throws Exception {
        ByteBuffer request =
                ViciCodec.encode(
                        new CmdRequest(
                                "load-cert",
                                ViciMessage.builder().put("data", new byte[60_000]).build()));
        try (ViciConnection connection = ViciConnection.connect(socket, Deadline.in(AMPLE))) {
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    connection.send(request.duplicate(), Deadline.in(SHORT));
                                }
                            })
                    .isInstanceOf(ViciTimeoutException.class)
                    .hasMessageContaining("sending");
        }
    }

    @Test
    void tellsSilenceFromPacket() throws Exception {
        try (ViciConnection connection = ViciConnection.connect(socket, Deadline.in(AMPLE));
                SocketChannel charon = server.accept()) {
            assertThat(connection.awaitPacket(Deadline.in(SHORT))).isFalse();

            charon.write(FakeCharon.Client.framed(new ViciPacket.EventConfirm()));

            assertThat(connection.awaitPacket(Deadline.in(AMPLE))).isTrue();
            assertThat(connection.receive(Deadline.in(AMPLE)))
                    .isEqualTo(new ViciPacket.EventConfirm());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, ViciCodec.MAX_SEGMENT_LENGTH + 1, Integer.MAX_VALUE, -1})
    void allocatesNothingForLengthThatCannotBe(int length) throws Exception {
        assertThat(allocatedFor(length, ViciProtocolException.class)).isLessThan(SMALL_CHANGE);
    }

    @Test
    void allocatesOneSegmentForTheGreatestLengthThoughNothingFollows() throws Exception {
        assertThat(allocatedFor(ViciCodec.MAX_SEGMENT_LENGTH, ViciTimeoutException.class))
                .isLessThan(ViciCodec.MAX_SEGMENT_LENGTH + SMALL_CHANGE);
    }

    /** Octets that receiving allocated when there was a length and nothing after it. */
    private long allocatedFor(int length, Class<? extends IOException> failure) throws Exception {
        allocatedOnce(length, failure); // The first time loads classes.
        return allocatedOnce(length, failure);
    }

    private long allocatedOnce(int length, Class<? extends IOException> failure) throws Exception {
        try (ViciConnection connection = ViciConnection.connect(socket, Deadline.in(AMPLE));
                SocketChannel charon = server.accept()) {
            charon.write(ByteBuffer.allocate(ViciCodec.HEADER_LENGTH).putInt(length).flip());
            connection.awaitPacket(Deadline.in(AMPLE));
            Deadline deadline = Deadline.in(SHORT);

            long before = THREADS.getCurrentThreadAllocatedBytes();
            Throwable thrown = catchThrowable(() -> connection.receive(deadline));
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            assertThat(thrown).isInstanceOf(failure);
            return allocated;
        }
    }

    /** A non-blocking connect fails when the queue is full. */
    private List<SocketChannel> fillAcceptQueue() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            waiting.add(channel);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (SocketException _) {
                return waiting;
            }
        }
    }

    private static void closeAll(List<SocketChannel> channels) throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
