package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.tls.TestAuthority.Kind;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;

import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * The first that anybody can say, and the gateway reads: never more than a handshake that fails.
 */
class ClientHelloTest {
    private static TlsServerFixture server;

    @BeforeContainer
    static void listen() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        server = new TlsServerFixture(authority.credentialsAskingClients(Kind.EC_P256));
    }

    @AfterContainer
    static void close() throws IOException {
        server.close();
    }

    @Property(tries = 500)
    void anAlteredOrCutOneIsRefused(
            @ForAll boolean tls13,
            @ForAll @Size(max = 6) List<@IntRange(min = 0, max = (1 << 20) - 1) Integer> altered,
            @ForAll @IntRange(min = 0, max = 1_000) int cut)
            throws Exception {
        byte[] hello = hello(tls13);
        byte[] bad = Arrays.copyOf(hello, hello.length - cut % hello.length);
        altered.forEach(each -> bad[(each >> 8) % bad.length] = (byte) (int) each);
        assertRefused(bad);
    }

    @Property(tries = 300)
    void anythingElseIsRefused(@ForAll @Size(max = 300) byte[] octets) throws Exception {
        assertRefused(octets);
    }

    private static void assertRefused(byte[] said) throws Exception {
        try (Socket socket = new Socket()) {
            var accepted = server.next();
            socket.connect(server.address());
            socket.getOutputStream().write(said);
            socket.shutdownOutput();
            assertThatThrownBy(accepted::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            HandshakeRefused.class,
                            it ->
                                    assertThat(it.reason())
                                            .as(String.valueOf(it.getMessage()))
                                            .isNotIn(
                                                    HandshakeRefused.Reason.DEADLINE,
                                                    HandshakeRefused.Reason.INTERNAL));
        }
    }

    private static byte[] hello(boolean tls13) throws IOException {
        var client = new TlsClientProtocol();
        client.connect(
                new WarmUpClient(
                        new JdkTlsCrypto(new SecureRandom()),
                        tls13 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12,
                        NamedGroup.x25519));
        byte[] hello = new byte[client.getAvailableOutputBytes()];
        client.readOutput(hello, 0, hello.length);
        return hello;
    }
}
