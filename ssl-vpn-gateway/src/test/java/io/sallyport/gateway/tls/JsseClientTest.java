package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.tls.TestAuthority.Issued;
import io.sallyport.gateway.tls.TestAuthority.Kind;

import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's own TLS as the client. */
class JsseClientTest {

    private static final char[] NO_PASSWORD = new char[0];

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "EC_P256,TLSv1.3,TLS_AES_256_GCM_SHA384",
        "EC_P256,TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "EC_P384,TLSv1.3,TLS_AES_256_GCM_SHA384",
        "EC_P384,TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "RSA_2048,TLSv1.3,TLS_AES_256_GCM_SHA384",
        "RSA_2048,TLSv1.2,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    })
    void carriesDataBothWays(Kind kind, String version, String suite) throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        try (var server = new TlsServerFixture(authority.credentials(kind));
                SSLSocket client = client(authority, Optional.empty(), version)) {
            TlsConnection accepted = connect(server, client);
            assertThat(accepted.version()).isEqualTo(version);
            assertThat(accepted.cipherSuite()).isEqualTo(suite);
            assertThat(accepted.clientCertificate()).isInstanceOf(ClientCertificate.None.class);

            TlsServerFixture.echo(accepted);
            for (int size : new int[] {1, 16_384, 100_000}) {
                byte[] sent = new byte[size];
                Arrays.fill(sent, (byte) size);
                var writer = Thread.ofVirtual().start(() -> write(client, sent));
                assertThat(client.getInputStream().readNBytes(size)).isEqualTo(sent);
                writer.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void exportsTheSameKeyAsTheClient(String version) throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        try (var server = new TlsServerFixture(authority.credentials(Kind.EC_P256));
                SSLSocket client = client(authority, Optional.empty(), version)) {
            TlsConnection accepted = connect(server, client);
            byte[] expected =
                    ((ExtendedSSLSession) client.getSession())
                            .exportKeyingMaterialData("EXPORTER-openconnect-psk", null, 32);
            assertThat(accepted.takeOver().dtlsPsk().octets()).isEqualTo(expected);
        }
    }

    @Test
    void newCredentialsAreForNewHandshakesOnly() throws Exception {
        var old = new TestAuthority("old", Kind.EC_P256);
        var current = new TestAuthority("new", Kind.EC_P256);
        try (var server = new TlsServerFixture(old.credentials(Kind.EC_P256));
                SSLSocket before = client(old, Optional.empty(), "TLSv1.3");
                SSLSocket after = client(current, Optional.empty(), "TLSv1.3")) {
            TlsServerFixture.echo(connect(server, before));

            server.acceptor().install(current.credentials(Kind.RSA_2048));

            TlsServerFixture.echo(connect(server, after));
            for (SSLSocket each : new SSLSocket[] {before, after}) {
                write(each, new byte[] {7});
                assertThat(each.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "EC_P256,TLSv1.3",
        "EC_P256,TLSv1.2",
        "RSA_2048,TLSv1.3",
        "RSA_2048,TLSv1.2",
        "EC_P384,TLSv1.3",
        "EC_P384,TLSv1.2"
    })
    void verifiesClientCertificate(Kind kind, String version) throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        Issued alice = authority.client(kind);
        assertThat(shown(authority, authority, alice, version))
                .isInstanceOfSatisfying(
                        ClientCertificate.Verified.class,
                        it -> assertThat(it.certificate()).isEqualTo(alice.certificate()));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "EXPIRED,-30,true",
        "NOT_YET_VALID,5,true",
        "WRONG_PURPOSE,-1,false",
    })
    void saysWhatIsWrongWithClientCertificate(
            ClientCertificate.Fault fault, int notBeforeDays, boolean forClients) throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        Issued alice =
                authority.client(
                        Kind.EC_P256,
                        TestAuthority.NOW.plus(Duration.ofDays(notBeforeDays)),
                        forClients ? KeyPurposeId.id_kp_clientAuth : KeyPurposeId.id_kp_serverAuth);
        assertFault(shown(authority, authority, alice, "TLSv1.3"), fault);
    }

    @Test
    void saysThatClientCertificateIsRevoked() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        Issued alice = authority.client(Kind.EC_P256);
        assertFault(
                shown(authority, authority, alice, "TLSv1.3", alice),
                ClientCertificate.Fault.REVOKED);
    }

    @Test
    void saysThatNoListClearsClientCertificate() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        TlsCredentials asking = authority.credentialsAskingClients(Kind.EC_P256);
        var withoutList =
                new TlsCredentials(
                        asking.chain(),
                        asking.key(),
                        asking.ocspStaple(),
                        asking.clientAuthorities(),
                        List.of());
        assertFault(
                shown(withoutList, authority, authority.client(Kind.EC_P256), "TLSv1.3"),
                ClientCertificate.Fault.REVOCATION_UNKNOWN);
    }

    @Test
    void tellsForgedIssuerFromTheRealOne() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        var namesake = new TestAuthority("root", Kind.EC_P256);
        assertFault(
                shown(authority, authority, namesake.client(Kind.EC_P256), "TLSv1.3"),
                ClientCertificate.Fault.UNKNOWN_ISSUER);
    }

    @Test
    void refusesASuiteThatTheCertificateDoesNotFit() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        try (var server = new TlsServerFixture(authority.credentials(Kind.EC_P256));
                SSLSocket client = client(authority, Optional.empty(), "TLSv1.2")) {
            client.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"});
            assertThatThrownBy(() -> connect(server, client))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }

    @Test
    void endsHandshakeThatTakesTooLong() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        try (var server = new TlsServerFixture(authority.credentials(Kind.EC_P256));
                var silent = new Socket()) {
            silent.connect(server.address());
            // A record that never ends; there before the time begins to run.
            silent.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
            var accepted = server.next(Duration.ofMillis(200));
            assertThatThrownBy(accepted::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            HandshakeRefused.class,
                            it ->
                                    assertThat(it.reason())
                                            .isEqualTo(HandshakeRefused.Reason.DEADLINE));
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void endsReadAfterItsDeadline() throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        try (var server = new TlsServerFixture(authority.credentials(Kind.EC_P256));
                SSLSocket client = client(authority, Optional.empty(), "TLSv1.3")) {
            TlsConnection accepted = connect(server, client);
            accepted.deadline(Duration.ofMillis(100));
            assertThatThrownBy(() -> accepted.in().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static void assertFault(ClientCertificate shown, ClientCertificate.Fault fault) {
        assertThat(shown)
                .isInstanceOfSatisfying(
                        ClientCertificate.Unacceptable.class,
                        it -> assertThat(it.fault()).isEqualTo(fault));
    }

    private static ClientCertificate shown(
            TestAuthority authority,
            TestAuthority trusted,
            Issued alice,
            String version,
            Issued... revoked)
            throws Exception {
        var numbers = new X509Certificate[revoked.length];
        for (int i = 0; i < revoked.length; i++) {
            numbers[i] = revoked[i].certificate();
        }
        return shown(
                authority.credentialsAskingClients(Kind.EC_P256, numbers), trusted, alice, version);
    }

    private static ClientCertificate shown(
            TlsCredentials credentials, TestAuthority trusted, Issued alice, String version)
            throws Exception {
        try (var server = new TlsServerFixture(credentials);
                SSLSocket client = client(trusted, Optional.of(alice), version)) {
            return connect(server, client).clientCertificate();
        }
    }

    private static TlsConnection connect(TlsServerFixture server, SSLSocket client)
            throws Exception {
        var accepted = server.next();
        client.connect(server.address());
        client.startHandshake();
        return accepted.get();
    }

    private static SSLSocket client(TestAuthority trusted, Optional<Issued> own, String version)
            throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        KeyStore mine = KeyStore.getInstance("PKCS12");
        mine.load(null, NO_PASSWORD);
        if (own.isPresent()) {
            mine.setKeyEntry(
                    "alice",
                    own.get().key(),
                    NO_PASSWORD,
                    new Certificate[] {own.get().certificate()});
        }
        keys.init(mine, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keys.getKeyManagers(), new TrustManager[] {new TrustWithoutClock(trusted)}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private static void write(SSLSocket to, byte[] octets) {
        try {
            to.getOutputStream().write(octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trusts what the authority signed, whatever the time: the test's is not the machine's. */
    private static final class TrustWithoutClock extends X509ExtendedTrustManager {

        private final TestAuthority trusted;

        TrustWithoutClock(TestAuthority trusted) {
            this.trusted = trusted;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                chain[0].verify(trusted.certificate().getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new CertificateException("signed by another", e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a server's task");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a server's task");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("a server's task");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {trusted.certificate()};
        }
    }
}
