package io.sallyport.provisioner.concentrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.TestTls;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.KeysInForce;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

class RenewalTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final TestNode node = TestNode.enrolled(provisioner);
    private final KeyPair clientKey = TestNode.ecKey("secp256r1");
    private final Enrolment.Request request =
            new Enrolment.Request(
                    TestNode.request(clientKey), TestNode.request(TestNode.ecKey("secp256r1")));

    @Test
    void bothCertificatesAreGoodUntilTheNodeWorksWithTheNewOne() throws IOException {
        HttpClient renewed = showing(renew());
        assertThat(prove(renewed).status()).isEqualTo(204);
        assertThat(node.desired(0).status()).as("the old one still counts").isEqualTo(200);

        assertThat(inForce(renewed).status()).isEqualTo(204);
        assertThat(prove(renewed).status()).isEqualTo(204);
        assertThat(node.desired(0).status()).as("the old one is retired").isEqualTo(403);
        assertThat(inForce(renewed).status()).as("said again").isEqualTo(204);
    }

    @Test
    void theSameRequestsGetTheSameCertificates() throws IOException {
        assertThat(renew()).isEqualTo(renew());
    }

    @Test
    void aRequestThatIsRefusedNamesItsField() {
        Answer answer =
                post(
                        node.client(),
                        "renewals",
                        WireJson.encode(
                                new Enrolment.Request(
                                        request.clientRequestPem(),
                                        TestNode.request(TestNode.rsaKey(1024)))));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("ikeRequestPem");
    }

    @Test
    void oneNodeCannotRenewAnother() {
        TestNode other = TestNode.enrolled(provisioner);
        Answer answer =
                RunningProvisioner.send(
                        other.client(),
                        node.request("renewals")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(WireJson.encode(request))));
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void aLateRenewalIsShownAndMeasured(@TempDir Path data) throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            TestNode late = TestNode.enrolled(own);
            assertThat(keys(own, late).get("renewalLate").booleanValue()).isFalse();
            Instant notAfter = Instant.parse(keys(own, late).get("notAfter").textValue());
            Duration left = Duration.between(clock.instant(), notAfter);
            clock.advance(left.multipliedBy(9).dividedBy(10));
            assertThat(keys(own, late).get("renewalLate").booleanValue()).isTrue();
            String identity =
                    own.get("/v1/concentrators/" + late.id(), own.operatorToken())
                            .json()
                            .get("identity")
                            .textValue();
            assertThat(own.get("/metrics", own.operatorToken()).body().lines())
                    .filteredOn(line -> line.startsWith("sallyport_certificate_renewal_late{"))
                    .filteredOn(line -> line.contains(identity))
                    .isNotEmpty()
                    .allMatch(line -> line.matches(".*} 1(\\.0)?"));
        }
    }

    private static JsonNode keys(RunningProvisioner provisioner, TestNode node) {
        return provisioner
                .get("/v1/concentrators/" + node.id(), provisioner.operatorToken())
                .json()
                .get("keys");
    }

    private Enrolment.Answer renew() throws IOException {
        Answer answer = post(node.client(), "renewals", WireJson.encode(request));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return WireJson.decode(
                answer.body().getBytes(StandardCharsets.UTF_8), Enrolment.Answer.class);
    }

    private HttpClient showing(Enrolment.Answer answer) throws IOException {
        return HttpClient.newBuilder()
                .sslContext(
                        TestTls.showing(
                                provisioner.rootFile(),
                                clientKey.getPrivate(),
                                Pem.certificates(answer.clientChainPem())))
                .build();
    }

    private Answer prove(HttpClient client) {
        return RunningProvisioner.send(client, node.request("renewals").GET());
    }

    private Answer inForce(HttpClient client) {
        return post(
                client,
                "renewals/in-force",
                WireJson.encode(new KeysInForce(Instant.parse("2026-01-01T00:00:00Z"))));
    }

    private Answer post(HttpClient client, String path, byte[] body) {
        return RunningProvisioner.send(
                client,
                node.request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body)));
    }
}
