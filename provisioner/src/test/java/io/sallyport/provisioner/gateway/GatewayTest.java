package io.sallyport.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.teleworker.CustomerClient;
import io.sallyport.wire.GatewayState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class GatewayTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final CustomerClient customer = new CustomerClient(provisioner);

    @Test
    void certifiesTheNamesThatItWasRegisteredWith() throws Exception {
        TestGateway gateway = TestGateway.enrolled(provisioner);

        assertThat(Pem.certificates(gateway.enrolment().clientChainPem())).hasSize(2);
        X509Certificate server = Pem.certificates(gateway.enrolment().serverChainPem()).getFirst();
        assertThat(server.getSubjectAlternativeNames().toString())
                .isEqualTo("[[2, vpn.example.net], [7, 192.0.2.1]]");
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void enrolsOnceAndRepeatsALostAnswer() {
        String secret =
                TestGateway.register(provisioner, "customer").get("enrolmentSecret").textValue();
        String client = TestNode.request(TestNode.ecKey("secp256r1"));
        String server = TestNode.request(TestNode.ecKey("secp256r1"));

        Answer first = TestGateway.enrol(provisioner, secret, client, server);
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(TestGateway.enrol(provisioner, secret, client, server).json())
                .isEqualTo(first.json());
        assertThat(TestGateway.enrol(provisioner, secret, server, client).status()).isEqualTo(409);
        assertThat(TestGateway.enrol(provisioner, "A".repeat(43), client, server).status())
                .isEqualTo(401);
    }

    @Test
    void aNodeThatIsSetUpAnewGetsANewSecretAndTheOldCertificateIsRevoked() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        Answer renewed =
                provisioner.post(
                        "/v1/gateways/%s/enrolment".formatted(gateway.id()),
                        provisioner.operatorToken(),
                        "");
        assertThat(renewed.status()).as(renewed.body()).isEqualTo(201);
        assertThat(gateway.desired(0)).isNotNull();

        Answer again =
                TestGateway.enrol(
                        provisioner,
                        renewed.json().get("enrolmentSecret").textValue(),
                        TestNode.request(TestNode.ecKey("secp256r1")),
                        TestNode.request(TestNode.ecKey("secp256r1")));
        assertThat(again.status()).as(again.body()).isEqualTo(200);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        provisioner
                                .internalUrl()
                                .resolve(
                                        "/internal/v1/gateways/%s/desired"
                                                .formatted(gateway.id())));
        assertThat(RunningProvisioner.send(gateway.client(), request).status()).isEqualTo(403);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/gateway/refused.csv", delimiter = '|', quoteCharacter = '~')
    void refusesWhatItCannotBe(String why, String field, String document) {
        Answer answer = provisioner.post("/v1/gateways", provisioner.operatorToken(), document);
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(field);
    }

    @Test
    void refusesAnOverlappingPoolAndATakenName() {
        String name = CustomerClient.fresh("pool");
        assertThat(register(TestGateway.registration(name, "customer", "10.99.0.0/24")).status())
                .isEqualTo(201);
        Answer overlap =
                register(
                        TestGateway.registration(
                                CustomerClient.fresh("pool"), "customer", "10.99.0.128/25"));
        assertThat(overlap.status()).isEqualTo(409);
        assertThat(overlap.json().at("/errors/0/field").textValue()).isEqualTo("poolV4");
        Answer taken = register(TestGateway.registration(name, "customer", "10.98.0.0/24"));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.json().at("/errors/0/field").textValue()).isEqualTo("name");
    }

    @Test
    void customersSeeTheirOwn() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        CustomerClient other = CustomerClient.other(provisioner, CustomerClient.fresh("stranger"));

        JsonNode seen = customer.get("/v1/gateways/" + gateway.id()).json();
        assertThat(seen.get("state").textValue()).isEqualTo("ENROLLED");
        assertThat(other.get("/v1/gateways/" + gateway.id()).status()).isEqualTo(404);
        assertThat(other.get("/v1/gateways").json().get("gateways")).isEmpty();
        assertThat(customer.post("/v1/gateways", "{}").status()).isEqualTo(403);
    }

    @Test
    void servesGroupsCertificatesCrlAndStaple() throws Exception {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        String group = customer.group("\"PASSWORD\"", ", \"position\": 1");

        GatewayState state = gateway.desired(0);

        assertThat(state.customer()).isEqualTo("customer");
        assertThat(state.groups().getFirst().name()).isEqualTo(group);
        assertThat(Pem.certificates(state.serverCertificateChainPem())).hasSize(2);
        assertThat(Pem.certificates(state.clientAuthoritiesPem())).hasSize(2);
        assertThat(state.clientCrlsPem()).contains("BEGIN X509 CRL");
        assertThat(state.ocspStaple()).isPresent();
        assertThat(state.dtlsPort()).isEqualTo(443);
        assertThat(state.disconnect()).isEmpty();
        customer.delete("/v1/teleworker-groups/" + group);
    }

    @Test
    void hearsOfAChangedGroupAtOnce() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        String group = customer.group("\"PASSWORD\"");
        long version = gateway.desired(0).version();
        long before = System.nanoTime();
        Answer replaced =
                customer.put(
                        "/v1/teleworker-groups/" + group,
                        "{\"name\": \"%s\", \"factors\": [\"CERTIFICATE\"], \"banner\": \"Hello\"}"
                                .formatted(group));
        assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);

        GatewayState changed = gateway.desired(version);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(changed.groups())
                .filteredOn(each -> each.name().equals(group))
                .singleElement()
                .satisfies(each -> assertThat(each.banner()).hasValue("Hello"));
    }

    @Test
    void isReachedByItsOwnCertificateAlone() {
        TestGateway one = TestGateway.enrolled(provisioner);
        TestGateway other = TestGateway.enrolled(provisioner);
        TestNode concentrator = TestNode.enrolled(provisioner);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        provisioner
                                .internalUrl()
                                .resolve("/internal/v1/gateways/%s/desired".formatted(one.id())));

        assertThat(RunningProvisioner.send(one.client(), request).status()).isEqualTo(200);
        assertThat(RunningProvisioner.send(other.client(), request).status()).isEqualTo(403);
        assertThat(RunningProvisioner.send(concentrator.client(), request).status()).isEqualTo(403);
        assertThat(RunningProvisioner.send(one.client(), concentrator.request("desired")).status())
                .isEqualTo(403);
    }

    @Test
    void renewsTheStapleBeforeItsEnd(@TempDir Path data) throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            TestGateway gateway = TestGateway.enrolled(own);
            GatewayState before = gateway.desired(0);
            own.bean(OcspStaples.class).renew();
            assertThat(gateway.desired(0).version()).isEqualTo(before.version());

            clock.advance(Duration.ofHours(7));
            own.bean(OcspStaples.class).renew();
            GatewayState after = gateway.desired(before.version());
            assertThat(after.ocspStaple()).isPresent().isNotEqualTo(before.ocspStaple());
        }
    }

    @Test
    void aLateRenewalIsShownAndMeasuredForBothOfItsCertificates(@TempDir Path data)
            throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            String operator = own.operatorToken();
            TestGateway late = TestGateway.enrolled(own);
            String path = "/v1/gateways/" + late.id();
            JsonNode keys = own.get(path, operator).json().get("keys");
            assertThat(keys.get("renewalLate").booleanValue()).isFalse();
            assertThat(lateness(own)).hasSize(2).allMatch(line -> line.endsWith(" 0.0"));
            Duration left =
                    Duration.between(
                            clock.instant(), Instant.parse(keys.get("notAfter").textValue()));
            clock.advance(left.multipliedBy(9).dividedBy(10));
            TestGateway punctual = TestGateway.enrolled(own);
            assertThat(own.get(path, operator).json().at("/keys/renewalLate").booleanValue())
                    .isTrue();
            assertThat(
                            own.get("/v1/gateways/" + punctual.id(), operator)
                                    .json()
                                    .at("/keys/renewalLate")
                                    .booleanValue())
                    .isFalse();
            assertThat(lateness(own))
                    .filteredOn(line -> line.endsWith(" 1.0"))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("purpose=\"gateway-tls\""))
                    .anyMatch(line -> line.contains("purpose=\"tls-client\""));
            assertThat(lateness(own)).filteredOn(line -> line.endsWith(" 0.0")).hasSize(2);
        }
    }

    private static List<String> lateness(RunningProvisioner provisioner) {
        return provisioner
                .get("/metrics", provisioner.operatorToken())
                .body()
                .lines()
                .filter(line -> line.startsWith("sallyport_certificate_renewal_late{"))
                .toList();
    }

    private Answer register(String document) {
        return provisioner.post("/v1/gateways", provisioner.operatorToken(), document);
    }
}
