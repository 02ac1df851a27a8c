package io.sallyport.gateway.cstp;

import io.sallyport.gateway.login.AttemptLimiter;
import io.sallyport.gateway.login.FakeAuthority;
import io.sallyport.gateway.login.LoginDesk;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The handler behind a port of the loopback interface, without TLS. */
final class LoopbackGateway implements Closeable {
    static final IpAddress SOURCE = IpAddress.parse("192.0.2.7");

    final FakeSessions sessions = new FakeSessions();
    final RecordingListener listener = new RecordingListener();
    final FakeAuthority authority;
    final AtomicReference<ClientCertificate> certificate =
            new AtomicReference<>(new ClientCertificate.None());

    private final ServerSocket server;
    private final ConnectionHandler handler;

    LoopbackGateway(List<GroupPolicy> groups, ConnectionLimits limits, int attempts)
            throws IOException {
        authority = new FakeAuthority(groups);
        handler =
                new ConnectionHandler(
                        new LoginDesk(
                                () -> groups,
                                authority,
                                new AttemptLimiter(attempts, Duration.ofHours(1), System::nanoTime),
                                sessions::closedForLogins),
                        sessions,
                        limits,
                        listener,
                        System::nanoTime);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    LoopbackGateway(GroupPolicy... groups) throws IOException {
        this(List.of(groups), ConnectionLimits.DEFAULT, 100);
    }

    /** A connection to it; what takes longer than any test may, fails. */
    Client connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return new Client(socket);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try {
            handler.handle(new SocketConnection(socket, certificate.get()), SOURCE);
        } catch (IOException e) {
            listener.failed(SOURCE, e);
        }
    }

    /** A client that sends what the test says. */
    record Client(Socket socket) implements Closeable {
        void send(String octets) throws IOException {
            socket.getOutputStream().write(octets.getBytes(StandardCharsets.UTF_8));
        }

        /** One reply, as it came. */
        String reply() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            while (!octets.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    return octets.toString(StandardCharsets.UTF_8);
                }
                octets.write(octet);
            }
            String header = octets.toString(StandardCharsets.UTF_8);
            octets.write(in.readNBytes(contentLength(header)));
            return octets.toString(StandardCharsets.UTF_8);
        }

        /** Everything up to the end of the connection. */
        String rest() throws IOException {
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (java.net.SocketException _) {
                // Closed with octets unread, which TCP tells by a reset.
                return "";
            }
        }

        private static int contentLength(String header) {
            return header.lines()
                    .filter(line -> line.startsWith("Content-Length: "))
                    .mapToInt(line -> Integer.parseInt(line.substring(16)))
                    .findFirst()
                    .orElse(0);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
