package io.sallyport.provisioner.concentrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.order.Rows;
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
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

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

    @Test
    void newSecretIsGivenInsteadOfOneWhoseTimeIsOver(@TempDir Path data) throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            JsonNode registered = TestNode.register(own);
            clock.advance(Duration.ofHours(25));
            Answer renewed = renew(own, registered);
            assertThat(renewed.status()).as(renewed.body()).isEqualTo(201);
            assertThat(renewed.header("cache-control")).isEqualTo("no-store");
            assertThat(Instant.parse(renewed.json().get("enrolmentExpiresAt").textValue()))
                    .isAfter(clock.instant());
            String fresh = renewed.json().get("enrolmentSecret").textValue();
            assertThat(TestNode.enrol(own, fresh, client, ike).status()).isEqualTo(200);
        }
    }

    @Test
    void secretBeforeTheNewOneIsDead() {
        JsonNode registered = TestNode.register(provisioner);
        String old = registered.get("enrolmentSecret").textValue();
        assertThat(renew(provisioner, registered).status()).isEqualTo(201);
        assertThat(TestNode.enrol(provisioner, old, client, ike).status()).isEqualTo(401);
    }

    @Test
    void nodeThatIsSetUpAnewTakesThePlaceOfTheFormerWhenItEnrols() {
        JsonNode registered = TestNode.register(provisioner);
        TestNode former = TestNode.enrolled(provisioner, registered);
        JsonNode renewed = renew(provisioner, registered).json();
        assertThat(former.desired(0).status()).as("until then it goes on").isEqualTo(200);

        TestNode present = TestNode.enrolled(provisioner, renewed);
        assertThat(present.id()).isEqualTo(former.id());
        assertThat(present.desired(0).status()).isEqualTo(200);
        assertThat(former.desired(0).status()).isEqualTo(403);
        assertThat(
                        new Rows(provisioner)
                                .count(
                                        """
                                        certificate c JOIN concentrator n ON c.subject LIKE '%' || n.identity || '%'
                                        WHERE c.revoked_at IS NOT NULL AND n.id = '%s'
                                        """
                                                .replace("%s", present.id().toString())))
                .as("both of the former")
                .isEqualTo(2);
    }

    @Test
    void onlyAnOperatorGetsANewSecret() {
        JsonNode registered = TestNode.register(provisioner);
        String path = "/v1/concentrators/%s/enrolment".formatted(registered.get("id").textValue());
        assertThat(provisioner.post(path, provisioner.customerToken(), "").status()).isEqualTo(403);
        assertThat(provisioner.post(path, null, "").status()).isEqualTo(401);
        assertThat(
                        provisioner
                                .post(
                                        "/v1/concentrators/%s/enrolment"
                                                .formatted(UUID.randomUUID()),
                                        provisioner.operatorToken(),
                                        "")
                                .status())
                .isEqualTo(404);
        assertThat(provisioner.get("/v1/openapi.yml", null).body())
                .contains("/v1/concentrators/{id}/enrolment:");
    }

    private static Answer renew(RunningProvisioner provisioner, JsonNode registered) {
        return provisioner.post(
                "/v1/concentrators/%s/enrolment".formatted(registered.get("id").textValue()),
                provisioner.operatorToken(),
                "");
    }
}
