package io.sallyport.provisioner.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.authority.Authorities;
import io.sallyport.pki.authority.AuthorityStore;
import io.sallyport.pki.authority.UnattendedCeremony;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.Namespace;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.TestTls;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;

class InternalListenerTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RunningProvisioner provisioner = RunningProvisioner.shared();

    @Test
    void answersAConcentratorAboutItself() {
        TestNode node = TestNode.enrolled(provisioner);
        Answer answer = node.desired(0);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("concentrator").textValue()).isEqualTo(node.id().toString());
    }

    @Test
    void closesOnAClientWithoutACertificate() {
        TestNode node = TestNode.enrolled(provisioner);
        assertRefusedInTls(provisioner.client(), node.request("desired"));
    }

    @Test
    void closesOnACertificateOfAStranger(@TempDir Path elsewhere) throws IOException {
        var store =
                new AuthorityStore(
                        elsewhere,
                        new Namespace(new Identity.Dns("example.net")),
                        Clock.systemUTC(),
                        RANDOM);
        Authorities strangers;
        try (Passphrase passphrase = Passphrase.random(RANDOM)) {
            new UnattendedCeremony(store, elsewhere, Clock.systemUTC()).create(passphrase, _ -> {});
            strangers = store.open(passphrase);
        }
        TestNode node = TestNode.enrolled(provisioner);
        GeneratedKey key = GeneratedKey.p256(RANDOM);
        X509Certificate certificate =
                strangers
                        .internal()
                        .issue(EndEntityProfile.TLS_CLIENT, names("a.example.net"), key, _ -> {})
                        .certificate();
        try (HttpClient client =
                showing(key, List.of(certificate, strangers.internal().certificate()))) {
            assertRefusedInTls(client, node.request("desired"));
        }
    }

    @Test
    void closesOnTheCertificateOfABranch() throws IOException {
        // Below the same root, good for TLS clients, and still nobody who may come in here.
        GeneratedKey key = GeneratedKey.p256(RANDOM);
        var certificates = provisioner.bean(SiteCertificates.class);
        X509Certificate branch =
                certificates
                        .issueBranch(new DnsName("branch.customer.sallyport.internal"), key)
                        .certificate();
        TestNode node = TestNode.enrolled(provisioner);
        try (HttpClient client =
                showing(key, List.of(branch, certificates.trusted().getLast().certificate()))) {
            assertRefusedInTls(client, node.request("desired"));
        }
    }

    @Test
    void refusesACertificateThatBelongsToNoConcentrator() throws IOException {
        GeneratedKey key = GeneratedKey.p256(RANDOM);
        var certificates = provisioner.bean(Certificates.class);
        Certificate issued =
                certificates.issue(EndEntityProfile.TLS_CLIENT, names("b.example.net"), key);
        TestNode node = TestNode.enrolled(provisioner);
        try (HttpClient client = showing(key, Pem.certificates(issued.pem()))) {
            assertThat(RunningProvisioner.send(client, node.request("desired")).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void refusesARevokedCertificateAlsoOnAnOpenConnection() {
        TestNode node = TestNode.enrolled(provisioner);
        assertThat(node.desired(0).status()).isEqualTo(200);
        var certificates = provisioner.bean(Certificates.class);
        certificates.revoke(certificates.find(node.clientCertificate()).orElseThrow().id());
        assertThat(node.desired(0).status()).isEqualTo(403);
    }

    @Test
    void refusesAConcentratorThatAsksAboutAnother() {
        TestNode one = TestNode.enrolled(provisioner);
        TestNode other = TestNode.enrolled(provisioner);
        Answer answer = RunningProvisioner.send(one.client(), other.request("desired?after=0"));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }

    @Test
    void hasNothingOfThePublicApi() {
        TestNode node = TestNode.enrolled(provisioner);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(provisioner.internalUrl().resolve("/v1/concentrators"))
                        .header("Authorization", "Bearer " + provisioner.operatorToken());
        assertThat(RunningProvisioner.send(node.client(), request).status()).isEqualTo(404);
    }

    @Test
    void refusesTenMegabytesThatAreNoReport() {
        Answer answer = posted(10_000_000);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("body");
    }

    @Test
    void refusesABodyThatIsLargerThanAnyDocument() {
        Answer answer = posted(WireJson.MAX_OCTETS + 1);
        assertThat(answer.status()).as(answer.body()).isEqualTo(413);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }

    /** So many octets that are no JSON, as a report: nothing of it is stored. */
    private Answer posted(int octets) {
        TestNode node = TestNode.enrolled(provisioner);
        var rows = new Rows(provisioner);
        Map<String, List<String>> before = rows.everything();
        Answer answer =
                RunningProvisioner.send(
                        node.client(),
                        node.request("reports")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[octets])));
        assertThat(rows.everything()).isEqualTo(before);
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1"})
    void speaksNoOldTls(String protocol) {
        assertThatThrownBy(() -> handshake(protocol)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksPresentTls(String protocol) throws IOException {
        assertThat(handshake(protocol)).isEqualTo(protocol);
    }

    private String handshake(String protocol) throws IOException {
        SSLContext context = TestTls.trusting(provisioner.rootFile());
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket("127.0.0.1", provisioner.apiUrl().getPort())) {
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    private HttpClient showing(GeneratedKey key, List<X509Certificate> chain) throws IOException {
        return HttpClient.newBuilder()
                .sslContext(TestTls.showing(provisioner.rootFile(), key.privateKey(), chain))
                .build();
    }

    private static CertificateNames names(String dns) {
        return CertificateNames.of(Identity.dns(dns));
    }

    // In TLS 1.3 the server looks at the client's certificate after the client is done, so the
    // client hears of it from the first read, and not always in the server's words.
    private static void assertRefusedInTls(HttpClient client, HttpRequest.Builder request) {
        assertThatThrownBy(() -> RunningProvisioner.send(client, request))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .satisfiesAnyOf(
                        cause -> assertThat(cause).isInstanceOf(SSLHandshakeException.class),
                        cause -> assertThat(cause).isInstanceOf(IOException.class));
    }
}
