package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.enrolment.EstClient.Credentials;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.DnsName;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Who and what is refused over EST, each by name, and what a secret is good for. */
class EstRefusalsTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static RunningProvisioner provisioner;
    private static FakeConcentrator concentrator;
    private static OrderClient customer;
    private static EstClient est;

    private BranchDevice device;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        concentrator = FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
        est = new EstClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void order() {
        int number = COUNT.incrementAndGet();
        device =
                BranchDevice.ordered(
                        customer, "refused-" + number, "10.2.%d.0/24".formatted(number));
    }

    @Test
    void sameRequestWithTheSameSecretGetsTheSameCertificate() {
        String secret = device.newSecret();
        KeyPair key = Requests.ecKey();
        byte[] request = Requests.naming(key, device.identity());
        X509Certificate first = est.enrolled(device.identity(), secret, request);
        assertThat(first.getPublicKey()).isEqualTo(key.getPublic());
        assertThat(est.enrolled(device.identity(), secret, request)).isEqualTo(first);
        assertThat(est.enrolled(device.id().toString(), secret, request)).isEqualTo(first);

        byte[] other = Requests.naming(Requests.ecKey(), device.identity());
        Answer refused = est.enrol(device.identity(), secret, other);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("detail").textValue()).contains("used with another request");
    }

    @Test
    void secretSetsTheDeviceUpAnewAndRevokesWhatItHadBefore() {
        Credentials former = est.setUp(device);
        X509Certificate present =
                est.enrolled(
                        device.identity(),
                        device.newSecret(),
                        Requests.naming(Requests.ecKey(), device.identity()));
        assertThat(device.view().at("/certificate/serialNumber").textValue())
                .isEqualTo(present.getSerialNumber().toString(16));
        assertThat(est.renew(former, Requests.naming(Requests.ecKey(), device.identity())).status())
                .isEqualTo(403);
        assertThat(
                        customer.get(
                                        "/v1/tunnels/%s/device-configuration?early=true"
                                                .formatted(device.id()))
                                .json()
                                .has("pkcs12"))
                .as("the key that was made here belongs to a revoked certificate")
                .isFalse();
    }

    @Test
    void certificateThatWasRenewedIsGoodUntilTheDeviceHasChangedOver() {
        Credentials first = est.setUp(device);
        byte[] request = Requests.naming(Requests.ecKey(), device.identity());
        X509Certificate second = est.renewed(first, request);
        assertThat(est.renewed(first, request)).as("the answer was lost").isEqualTo(second);
        assertThat(est.renewed(first, Requests.naming(Requests.ecKey(), device.identity())))
                .isNotEqualTo(second);
        assertThat(concentrator.desired().version()).isPositive();
    }

    @Test
    void endOfTheTunnelRevokesEveryCertificateOfItsDevice() {
        Credentials first = est.setUp(device);
        KeyPair key = Requests.ecKey();
        Credentials second =
                new Credentials(
                        key.getPrivate(),
                        est.renewed(first, Requests.naming(key, device.identity())));
        assertThat(customer.delete("/v1/tunnels/" + device.id()).status()).isEqualTo(202);
        for (Credentials each : List.of(first, second)) {
            Answer refused = est.renew(each, Requests.naming(key, device.identity()));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().get("detail").textValue()).contains("revoked");
        }
        assertThat(device.askForSecret("{}").status()).isEqualTo(409);
    }

    @Test
    void revokedCertificateRenewsNothing() {
        Credentials credentials = est.setUp(device);
        var certificates = provisioner.bean(Certificates.class);
        certificates.revoke(certificates.find(credentials.certificate()).orElseThrow().id());
        assertThat(
                        est.renew(credentials, Requests.naming(Requests.ecKey(), device.identity()))
                                .status())
                .isEqualTo(403);
        assertThat(device.view().at("/certificate/revoked").booleanValue()).isTrue();
    }

    @Test
    void deviceHearsThatItShouldRenewUntilItDid() {
        Credentials credentials = est.setUp(device);
        assertThat(est.get(credentials, "/v1/renewal-wish").body()).isEqualTo("when-due\n");
        new Rows(provisioner)
                .change(
                        "INSERT INTO tunnel_renewal_wish (tunnel, wanted_at) VALUES (?, now())",
                        device.id());
        assertThat(est.get(credentials, "/v1/renewal-wish").body()).isEqualTo("now\n");
        est.renewed(credentials, Requests.naming(Requests.ecKey(), device.identity()));
        assertThat(est.get(credentials, "/v1/renewal-wish").body()).isEqualTo("when-due\n");
        assertThat(est.get("/v1/renewal-wish").status()).isEqualTo(403);
    }

    @Test
    void renewalWithoutACertificateIsRefused() {
        Answer refused =
                est.post("simplereenroll", Requests.naming(Requests.ecKey(), device.identity()));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().get("detail").textValue()).contains("TLS client certificate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic %%%",
                "Basic bm8tY29sb24=",
                "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "Basic OkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
            })
    void enrolmentWithoutASecretIsRefusedAndSaysWhatIsWanted(String authorization) {
        Answer refused =
                est.post(
                        "simpleenroll",
                        authorization,
                        Requests.naming(Requests.ecKey(), device.identity()));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("www-authenticate")).startsWith("Basic ");
    }

    @Test
    void secretOfAnotherTunnelIsRefused() {
        BranchDevice other =
                BranchDevice.ordered(
                        customer, "other-" + COUNT.get(), "10.3.%d.0/24".formatted(COUNT.get()));
        byte[] request = Requests.naming(Requests.ecKey(), device.identity());
        assertThat(est.enrol(device.identity(), other.newSecret(), request).status())
                .isEqualTo(401);
    }

    @Test
    void secretBeforeTheNewOneIsDead() {
        String old = device.newSecret();
        device.newSecret();
        assertThat(
                        est.enrol(
                                        device.identity(),
                                        old,
                                        Requests.naming(Requests.ecKey(), device.identity()))
                                .status())
                .isEqualTo(401);
    }

    @Test
    void deviceOfAnotherBranchCannotRenewThisOne() {
        BranchDevice other =
                BranchDevice.ordered(
                        customer, "other-" + COUNT.get(), "10.3.%d.0/24".formatted(COUNT.get()));
        Answer refused =
                est.renew(est.setUp(other), Requests.naming(Requests.ecKey(), device.identity()));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("detail").textValue()).contains("FOREIGN_NAME");
    }

    @Test
    void renewalHasExactlyTheNamesOfTheCertificate() {
        Credentials credentials = est.setUp(device);
        Answer withoutAlternativeName =
                est.renew(credentials, Requests.with(Requests.ecKey(), "CN=" + device.identity()));
        assertThat(withoutAlternativeName.status()).isEqualTo(422);
        assertThat(withoutAlternativeName.json().get("detail").textValue())
                .contains("subject alternative names", "RFC 7030 section 4.2.2");
        Answer withMore =
                est.renew(
                        credentials,
                        Requests.with(
                                Requests.ecKey(),
                                "O=Other,CN=" + device.identity(),
                                device.identity()));
        assertThat(withMore.status()).isEqualTo(422);
        assertThat(withMore.json().get("detail").textValue()).contains("the subject of the");
    }

    /** Each rule by name; and the secret is as good as before. */
    @ParameterizedTest
    @EnumSource(BadRequest.class)
    void badRequestIsRefusedByNameOnBothPaths(BadRequest bad) {
        String secret = device.newSecret();
        byte[] request = bad.request(device.identity());
        Answer refused = est.enrol(device.identity(), secret, request);
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.json().get("detail").textValue()).contains(bad.rule());

        byte[] good = Requests.naming(Requests.ecKey(), device.identity());
        KeyPair key = Requests.ecKey();
        X509Certificate certificate =
                est.enrolled(device.identity(), secret, Requests.naming(key, device.identity()));
        Answer again = est.renew(new Credentials(key.getPrivate(), certificate), request);
        assertThat(again.status()).as(again.body()).isEqualTo(422);
        assertThat(again.json().get("detail").textValue()).contains(bad.rule());
        assertThat(est.renewed(new Credentials(key.getPrivate(), certificate), good)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"!!!!, 400", "'', 400", "AAAA, 422", "-----BEGIN CERTIFICATE REQUEST-----, 400"})
    void bodyThatIsNoRequestIsRefused(String body, int status) {
        Answer refused = est.enrolText(device.identity(), device.newSecret(), body);
        assertThat(refused.status()).as(refused.body()).isEqualTo(status);
        assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
    }

    @Test
    void bodyThatIsTooLargeIsRefusedBeforeItIsRead() {
        assertThat(
                        est.enrolText(device.identity(), device.newSecret(), "A".repeat(30_000))
                                .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serverkeygen", "fullcmc"})
    void whatIsNotOfferedIsRefusedInWords(String operation) {
        Answer refused = est.post(operation, new byte[] {1});
        assertThat(refused.status()).isEqualTo(501);
        assertThat(refused.json().get("detail").textValue()).contains("use simpleenroll");
    }

    @Test
    void pathsBelongToOneListener() {
        assertThat(provisioner.get("/.well-known/est/cacerts", null).status()).isEqualTo(404);
        assertThat(est.get("/.well-known/est/cacerts").status()).isEqualTo(200);
        assertThat(est.get("/v1/openapi.yml").status()).isEqualTo(404);
        assertThat(est.get("/internal/v1/concentrators/" + UUID.randomUUID()).status())
                .isEqualTo(404);
    }

    @Test
    void tunnelThatRenewsWithoutEndIsStopped() {
        Credentials credentials = est.setUp(device);
        Answer last = null;
        for (int renewal = 0; renewal < 12; renewal++) {
            last = est.renew(credentials, Requests.naming(Requests.ecKey(), device.identity()));
        }
        assertThat(last.status()).as("the first one by secret counts too").isEqualTo(429);
    }

    @Test
    void onlyTheCustomerOfTheTunnelGetsASecret() {
        String path = "/v1/tunnels/%s/enrolment-secrets".formatted(device.id());
        assertThat(provisioner.post(path, null, "{}").status()).isEqualTo(401);
        assertThat(provisioner.post(path, provisioner.operatorToken(), "{}").status())
                .isEqualTo(403);
        assertThat(
                        customer.postJson(
                                        "/v1/tunnels/%s/enrolment-secrets"
                                                .formatted(UUID.randomUUID()),
                                        "{}")
                                .status())
                .isEqualTo(404);
        Answer made = device.askForSecret("{\"validFor\": \"PT2H\"}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("cache-control")).isEqualTo("no-store");
        assertThat(made.json().get("username").textValue()).isEqualTo(device.identity());
        assertThat(made.json().get("estUrl").textValue())
                .isEqualTo(provisioner.enrolmentUrl().toString());
        assertThat(provisioner.get("/v1/openapi.yml", null).body())
                .contains("/v1/tunnels/{id}/enrolment-secrets:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "P31D", "tomorrow", "-PT1H"})
    void secretHasAReasonableLife(String validFor) {
        Answer refused = device.askForSecret("{\"validFor\": \"%s\"}".formatted(validFor));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/field").textValue()).isEqualTo("validFor");
    }

    @Test
    void timeOverASecretAndACertificateAndTheWayBack(@TempDir Path data) throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            FakeConcentrator.register(own);
            var branch = BranchDevice.ordered(new OrderClient(own), "away", "10.1.1.0/24");
            var client = new EstClient(own);
            assertThat(branch.view().at("/certificate/renewal").textValue()).isEqualTo("NOT_DUE");
            String secret = branch.newSecret();
            Duration life = EndEntityProfile.BRANCH.lifetime();

            clock.advance(Duration.ofHours(25));
            byte[] request = Requests.naming(Requests.ecKey(), branch.identity());
            assertThat(client.enrol(branch.identity(), secret, request).status())
                    .as("the secret's time is over")
                    .isEqualTo(401);

            clock.advance(life.multipliedBy(7).dividedBy(10));
            assertThat(branch.view().at("/certificate/renewal").textValue()).isEqualTo("DUE");
            assertThat(late(own, branch)).isEqualTo("0.0");
            clock.advance(life.dividedBy(6));
            assertThat(branch.view().at("/certificate/renewal").textValue()).isEqualTo("LATE");
            assertThat(late(own, branch)).isEqualTo("1.0");
            clock.advance(life.dividedBy(6));
            assertThat(branch.view().at("/certificate/renewal").textValue()).isEqualTo("EXPIRED");

            assertThat(client.enrol(branch.identity(), branch.newSecret(), request).status())
                    .as("the rescue path")
                    .isEqualTo(200);
            assertThat(branch.view().at("/certificate/renewal").textValue()).isEqualTo("NOT_DUE");
            assertThat(late(own, branch)).isEqualTo("0.0");
        }
    }

    private static String late(RunningProvisioner provisioner, BranchDevice branch) {
        String prefix =
                "sallyport_certificate_renewal_late{identity=\"%s\",purpose=\"branch\"} "
                        .formatted(new DnsName(branch.identity()).value());
        return provisioner
                .get("/metrics", provisioner.operatorToken())
                .body()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElseThrow();
    }
}
