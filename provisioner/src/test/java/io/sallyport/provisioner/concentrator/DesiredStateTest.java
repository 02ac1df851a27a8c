package io.sallyport.provisioner.concentrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

class DesiredStateTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final TestNode node = TestNode.enrolled(provisioner);

    @Test
    void holdsTheOwnEndTheAuthoritiesAndTheNewestCrl() throws Exception {
        DesiredState state = decoded(node.desired(0));
        assertThat(state.local().ikeAddress()).isEqualTo(IpAddress.parse("192.0.2.1"));
        assertThat(state.local().probeSource()).isEqualTo(IpAddress.parse("10.9.0.1"));
        assertThat(state.authorities())
                .extracting(DesiredState.Authority::name)
                .containsExactly("root", "sites");
        assertThat(state.revocationLists())
                .singleElement()
                .satisfies(list -> assertThat(list.authority()).isEqualTo("sites"));
        assertThat(state.tunnels()).isEmpty();
    }

    @Test
    void wakesTheLongPollAtTheCommit() throws Exception {
        long version = decoded(node.desired(0)).version();
        var waiting =
                node.client()
                        .sendAsync(
                                node.request("desired?after=" + version).build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThatThrownBy(() -> waiting.get(500, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        long before = System.nanoTime();
        long next = provisioner.bean(DesiredVersions.class).next(node.id());
        Answer answer = new Answer(waiting.get(20, TimeUnit.SECONDS));
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isLessThan(Duration.ofMillis(1_500));
        assertThat(next).isEqualTo(version + 1);
        assertThat(decoded(answer).version()).isEqualTo(next);
    }

    @Test
    void pushesTheCrlThatListsARevokedCertificate() throws Exception {
        var certificates = provisioner.bean(SiteCertificates.class);
        var issued =
                certificates.issueBranch(
                        new DnsName("revoked.customer.sallyport.internal"),
                        GeneratedKey.p256(new SecureRandom()));
        DesiredState before = decoded(node.desired(0));
        assertThat(crl(before).isRevoked(issued.certificate())).isFalse();

        certificates.revoke(issued.id());

        DesiredState after = decoded(node.desired(before.version()));
        assertThat(crl(after).isRevoked(issued.certificate())).isTrue();
        crl(after).verify(sites(after).getPublicKey());
        assertThat(number(after)).isGreaterThan(number(before));
        certificates.revoke(issued.id());
        assertThat(number(decoded(node.desired(0)))).isEqualTo(number(after));
    }

    private static long number(DesiredState state) {
        return state.revocationLists().getFirst().number();
    }

    private static X509CRL crl(DesiredState state) throws Exception {
        return (X509CRL)
                CertificateFactory.getInstance("X.509")
                        .generateCRL(octets(state.revocationLists().getFirst().crlPem()));
    }

    private static X509Certificate sites(DesiredState state) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                octets(state.authorities().getLast().certificatePem()));
    }

    private static ByteArrayInputStream octets(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static DesiredState decoded(Answer answer) throws MalformedWireException {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return WireJson.decode(answer.body().getBytes(StandardCharsets.UTF_8), DesiredState.class);
    }
}
