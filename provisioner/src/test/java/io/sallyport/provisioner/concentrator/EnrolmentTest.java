package io.sallyport.provisioner.concentrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestNode;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;

class EnrolmentTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final String secret = TestNode.register(provisioner).get("enrolmentSecret").textValue();
    private final String client = TestNode.request(TestNode.ecKey("secp256r1"));
    private final KeyPair ikeKey = TestNode.ecKey("secp256r1");
    private final String ike = TestNode.request(ikeKey);

    @Test
    void certifiesBothKeysForTheIdentityOfTheConcentrator() throws Exception {
        Answer answer = TestNode.enrol(provisioner, secret, client, ike);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        Enrolment.Answer enrolment =
                WireJson.decode(
                        answer.body().getBytes(StandardCharsets.UTF_8), Enrolment.Answer.class);
        assertThat(enrolment.internalUrl()).isEqualTo(provisioner.internalUrl());
        assertThat(Pem.certificates(enrolment.clientChainPem())).hasSize(2);
        X509Certificate certificate = Pem.certificates(enrolment.ikeCertificatePem()).getFirst();
        assertThat(certificate.getPublicKey()).isEqualTo(ikeKey.getPublic());
        String identity =
                provisioner
                        .get(
                                "/v1/concentrators/" + enrolment.concentrator(),
                                provisioner.operatorToken())
                        .json()
                        .get("identity")
                        .textValue();
        assertThat(certificate.getSubjectAlternativeNames().toString()).contains(identity);
    }

    @Test
    void givesTheSameAnswerToTheSameRequests() {
        Answer first = TestNode.enrol(provisioner, secret, client, ike);
        Answer again = TestNode.enrol(provisioner, secret, client, ike);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(first.json());
    }

    @Test
    void refusesOtherRequestsWithAUsedSecret() {
        assertThat(TestNode.enrol(provisioner, secret, client, ike).status()).isEqualTo(200);
        String other = TestNode.request(TestNode.ecKey("secp256r1"));
        assertThat(TestNode.enrol(provisioner, secret, other, ike).status()).isEqualTo(409);
    }

    @Test
    void refusesASecretThatWasNeverGiven() {
        String unknown = "A".repeat(43);
        assertThat(TestNode.enrol(provisioner, unknown, client, ike).status()).isEqualTo(401);
        assertThat(TestNode.enrol(provisioner, provisioner.operatorToken(), client, ike).status())
                .isEqualTo(401);
    }

    @Test
    void refusesAWeakKeyAndKeepsTheSecretGood() {
        String weak = TestNode.request(TestNode.rsaKey(1024));
        Answer answer = TestNode.enrol(provisioner, secret, client, weak);
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("ikeRequestPem");
        assertThat(TestNode.enrol(provisioner, secret, client, ike).status()).isEqualTo(200);
    }

    @Test
    void refusesARequestThatNamesSomebodyElse() {
        String foreign = TestNode.request(TestNode.ecKey("secp256r1"), "CN=other.example.net");
        Answer answer = TestNode.enrol(provisioner, secret, foreign, ike);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("clientRequestPem");
    }

    @Test
    void refusesWhatIsNoEnrolmentRequest() {
        Answer answer = provisioner.post("/v1/enrolments", secret, "{\"clientRequestPem\": 1}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }

    @Test
    void refusesASecretWhoseTimeIsOver(@TempDir Path data) throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            String old = TestNode.register(own).get("enrolmentSecret").textValue();
            clock.advance(Duration.ofHours(25));
            assertThat(TestNode.enrol(own, old, client, ike).status()).isEqualTo(401);
        }
    }
}
