package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.tls.TestAuthority.Kind;

import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Vector;
import java.util.stream.Collectors;

/**
 * BouncyCastle's client on its own algorithms, for the hybrid group that neither the JDK's client
 * nor Debian's openssl has: its ML-KEM and X25519 are not those that the gateway uses.
 */
class BouncyCastleClientTest {
    private static final int SERVER_HELLO = 2;
    private static final int KEY_SHARE = 51;

    /** Groups as the ClientHello lists them; those of which it has a share already. */
    @ParameterizedTest(name = "{0}, shares of {1}")
    @CsvSource({
        "29 4588, 29 4588, 4588",
        "4588 29, 4588 29, 4588",
        "4588, 4588, 4588",
        "24 23 29 4588, 4588, 4588",
        "24 23 29, 29 23, 29",
        "24 23, 23, 23",
    })
    void agreesOnTheFirstGroupOfOurs(String offered, String shares, int agreed) throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        try (var server = new TlsServerFixture(authority.credentials(Kind.EC_P256));
                Socket socket = new Socket()) {
            var accepted = server.next();
            socket.connect(server.address());
            var seen = new Recorded(socket.getInputStream());
            var protocol = new TlsClientProtocol(seen, socket.getOutputStream());
            protocol.connect(new Client(groups(offered), groups(shares)));
            assertThat(keyShareOf(seen.octets.toByteArray())).isEqualTo(agreed);

            TlsServerFixture.echo(accepted.get());
            protocol.getOutputStream().write(new byte[] {1, 2, 3});
            assertThat(protocol.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }
    }

    // BouncyCastle's interfaces are older than List.
    @SuppressWarnings("JdkObsolete")
    private static Vector<Integer> groups(String numbers) {
        return Arrays.stream(numbers.split(" "))
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(Vector::new));
    }

    /** The group of the ServerHello that begins what the server said (RFC 8446 section 4.1.3). */
    private static int keyShareOf(byte[] said) {
        ByteBuffer hello = ByteBuffer.wrap(said);
        hello.position(5);
        assertThat(hello.get()).isEqualTo((byte) SERVER_HELLO);
        hello.position(5 + 4 + 2 + 32);
        hello.position(hello.get() + hello.position() + 2 + 1 + 2);
        while (true) {
            int type = hello.getShort();
            int length = hello.getShort();
            if (type == KEY_SHARE) {
                return hello.getShort() & 0xffff;
            }
            hello.position(hello.position() + length);
        }
    }

    /** Keeps what was read. */
    private static final class Recorded extends FilterInputStream {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        Recorded(InputStream from) {
            super(from);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            octets.write(into, offset, Math.max(read, 0));
            return read;
        }
    }

    // BouncyCastle's interfaces are older than generics.
    @SuppressWarnings({"rawtypes", "JdkObsolete"})
    private static final class Client extends DefaultTlsClient {
        private final Vector<Integer> offered;
        private final Vector<Integer> shares;

        Client(Vector<Integer> offered, Vector<Integer> shares) {
            super(new BcTlsCrypto(new SecureRandom()));
            this.offered = offered;
            this.shares = shares;
            offered.forEach(
                    group -> assertThat(NamedGroup.isValid(group)).as("group %d", group).isTrue());
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected Vector getSupportedGroups(Vector namedGroupRoles) {
            return offered;
        }

        @Override
        public Vector getEarlyKeyShareGroups() {
            return shares;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate serverCertificate) {
                    // Whose it is does not matter here.
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }
}
