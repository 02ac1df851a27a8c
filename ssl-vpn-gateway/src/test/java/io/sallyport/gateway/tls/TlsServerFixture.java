package io.sallyport.gateway.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;

/** A listener on loopback whose accepted handshakes the test waits for. */
final class TlsServerFixture implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ServerSocketChannel listener;
    private final TlsAcceptor acceptor;

    TlsServerFixture(TlsCredentials credentials) throws IOException {
        acceptor = new TlsAcceptor(credentials, Clock.fixed(TestAuthority.NOW, ZoneOffset.UTC));
        listener =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    TlsAcceptor acceptor() {
        return acceptor;
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** Accepts the next connection, on a virtual thread of its own. */
    CompletableFuture<TlsConnection> next() {
        return next(PATIENCE);
    }

    CompletableFuture<TlsConnection> next(Duration deadline) {
        var result = new CompletableFuture<TlsConnection>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                SocketChannel channel = listener.accept();
                                result.complete(acceptor.accept(channel, deadline));
                            } catch (IOException | RuntimeException e) {
                                result.completeExceptionally(e);
                            }
                        });
        return result;
    }

    /** Accepts the next connection and echoes; a client that fails sees why for itself. */
    void echoNext() {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                echo(acceptor.accept(listener.accept(), PATIENCE));
                            } catch (IOException _) {
                                // The test reads it from the client.
                            }
                        });
    }

    /** Sends back what comes, until the client closes; then closes. */
    static void echo(TlsConnection connection) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (connection) {
                                byte[] buffer = new byte[20_000];
                                int length;
                                while ((length = connection.in().read(buffer)) >= 0) {
                                    connection.out().write(buffer, 0, length);
                                }
                            } catch (IOException _) {
                                // The test sees it as the end of the connection.
                            }
                        });
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
