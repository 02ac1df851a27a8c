package io.sallyport.gateway.cstp;

import io.sallyport.gateway.login.AttemptLimiter;
import io.sallyport.gateway.login.FakeAuthority;
import io.sallyport.gateway.login.Groups;
import io.sallyport.gateway.login.LoginDesk;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.wire.GroupPolicy;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Serves one real client after the other over the JDK's TLS and writes down what is said, in the
 * form that {@link RecordedExchangesTest} reads. Not a test; started by hand when a client is to be
 * recorded:
 *
 * <pre>
 *   keytool -genkeypair -alias gw -keyalg EC -dname CN=gw -keystore gw.p12 -storepass changeit
 *   java -cp ... io.sallyport.gateway.cstp.OpenconnectRecorder gw.p12 4443 out.txt staff,admins
 *   openconnect --servercert pin-sha256:... https://127.0.0.1:4443/
 * </pre>
 */
final class OpenconnectRecorder {
    private final Path file;
    private final ConnectionHandler handler;

    private OpenconnectRecorder(Path file, List<GroupPolicy> groups) {
        this.file = file;
        FakeAuthority authority = new FakeAuthority(groups);
        authority.anyOneTimePassword = true;
        FakeSessions sessions = new FakeSessions();
        handler =
                new ConnectionHandler(
                        new LoginDesk(
                                () -> groups,
                                authority,
                                new AttemptLimiter(100, Duration.ofHours(1), System::nanoTime),
                                sessions::closedForLogins),
                        sessions,
                        ConnectionLimits.DEFAULT,
                        new RecordingListener(),
                        System::nanoTime);
    }

    /** Key store, port, file to append to, names of the groups with commas between. */
    public static void main(String[] arguments) throws Exception {
        List<GroupPolicy> known =
                List.of(Groups.STAFF, Groups.ADMINS, Groups.DEVICES, Groups.VAULT);
        List<GroupPolicy> groups =
                Arrays.stream(arguments[3].split(",", -1))
                        .map(
                                name ->
                                        known.stream()
                                                .filter(group -> group.name().equals(name))
                                                .findFirst()
                                                .orElseThrow())
                        .toList();
        OpenconnectRecorder recorder = new OpenconnectRecorder(Path.of(arguments[2]), groups);
        SSLContext context = context(Path.of(arguments[0]));
        try (SSLServerSocket server =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(Integer.parseInt(arguments[1]))) {
            server.setWantClientAuth(true);
            while (true) {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> recorder.serve(socket));
            }
        }
    }

    private void serve(SSLSocket socket) {
        try {
            socket.startHandshake();
            ClientCertificate certificate = certificate(socket);
            note(
                    certificate instanceof ClientCertificate.Verified
                            ? "=== connection with a certificate\n"
                            : "=== connection\n");
            handler.handle(
                    recorded(new SocketConnection(socket, certificate)), LoopbackGateway.SOURCE);
        } catch (IOException e) {
            note("=== " + e.getMessage() + "\n");
        }
    }

    private ClientConnection recorded(SocketConnection connection) {
        return new ClientConnection() {
            @Override
            public InputStream in() {
                return new FilterInputStream(connection.in()) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        int count = super.read(buffer, offset, length);
                        if (count > 0) {
                            note(">>>\n" + text(buffer, offset, count));
                        }
                        return count;
                    }
                };
            }

            @Override
            public OutputStream out() {
                return new FilterOutputStream(connection.out()) {
                    @Override
                    public void write(byte[] buffer, int offset, int length) throws IOException {
                        note("<<<\n" + text(buffer, offset, length));
                        out.write(buffer, offset, length);
                    }
                };
            }

            @Override
            public void deadline(Duration fromNow) {
                connection.deadline(fromNow);
            }

            @Override
            public ClientCertificate certificate() {
                return connection.certificate();
            }

            @Override
            public io.sallyport.gateway.tls.EstablishedTls takeOver() {
                return connection.takeOver();
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    private static String text(byte[] buffer, int offset, int length) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.write(buffer, offset, length);
        return octets.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private synchronized void note(String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ClientCertificate certificate(SSLSocket socket) {
        try {
            Certificate[] chain = socket.getSession().getPeerCertificates();
            return new ClientCertificate.Verified(
                    Arrays.stream(chain).map(X509Certificate.class::cast).toList());
        } catch (SSLPeerUnverifiedException _) {
            return new ClientCertificate.None();
        }
    }

    private static SSLContext context(Path keyStore) throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), password);
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {new TrustAnybody()}, null);
        return context;
    }

    /** Whether a client's certificate is good is not what is recorded. */
    private static final class TrustAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
