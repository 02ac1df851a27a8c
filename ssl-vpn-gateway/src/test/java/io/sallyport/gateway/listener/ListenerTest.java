package io.sallyport.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.metrics.Tally;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

@Timeout(30)
class ListenerTest {
    private final Tally rejects = new Tally();
    private final AcceptLimits limits = new AcceptLimits(16, 2, System::nanoTime);
    private final BlockingQueue<SocketChannel> served = new LinkedBlockingQueue<>();
    private final Semaphore mayEnd = new Semaphore(0);
    private volatile boolean fails;
    private ServerSocketChannel server;
    private Listener listener;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        server =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener =
                new Listener(
                        server,
                        limits,
                        (channel, _) -> {
                            served.add(channel);
                            if (fails) {
                                throw new IllegalStateException("a fault");
                            }
                            mayEnd.acquireUninterruptibly();
                            close(channel);
                        },
                        rejects);
        thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        listener.run();
                                    } catch (InterruptedException _) {
                                        // the test is over
                                    }
                                });
    }

    @AfterEach
    void stop() throws Exception {
        mayEnd.release(100);
        listener.close();
        thread.join();
    }

    @Test
    void closesAtOnceWhatIsTooMuchAndTakesItAgainLater() throws Exception {
        try (SocketChannel one = connect();
                SocketChannel two = connect()) {
            served.take();
            served.take();
            try (SocketChannel three = connect()) {
                assertThat(isClosedByPeer(three)).isTrue();
            }
            assertThat(rejects.counts()).containsEntry("too_many_from_source", 1L);
            mayEnd.release(2);
            assertThat(isClosedByPeer(one)).isTrue();
            assertThat(isClosedByPeer(two)).isTrue();
        }
        while (limits.present() > 0) {
            Thread.onSpinWait();
        }
        try (SocketChannel _ = connect()) {
            assertThat(served.take().isOpen()).isTrue();
        }
    }

    @Test
    void aFaultEndsItsConnectionOnly() throws Exception {
        fails = true;
        try (SocketChannel one = connect()) {
            served.take();
            assertThat(isClosedByPeer(one)).isTrue();
        }
        fails = false;
        try (SocketChannel _ = connect()) {
            assertThat(served.take().isOpen()).isTrue();
        }
        assertThat(rejects.counts()).containsEntry("fault", 1L);
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(server.getLocalAddress());
    }

    private static boolean isClosedByPeer(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException _) {
            return true;
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
