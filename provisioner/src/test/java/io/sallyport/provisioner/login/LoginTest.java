package io.sallyport.provisioner.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.provisioner.teleworker.CustomerClient;
import io.sallyport.wire.Factor;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginDecision.Accepted;
import io.sallyport.wire.LoginDecision.Challenge;
import io.sallyport.wire.LoginDecision.Reason;
import io.sallyport.wire.LoginDecision.Refused;
import io.sallyport.wire.Octets;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class LoginTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String WITH_PASSWORD = ", \"password\": \"%s\"".formatted(PASSWORD);

    @TempDir static Path data;
    private static final TestClock CLOCK = new TestClock();
    private static RunningProvisioner provisioner;
    private static CustomerClient customer;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), CLOCK);
        customer = new CustomerClient(provisioner);
        gateway = TestGateway.enrolled(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @Test
    void grantsWithThePasswordAndTellsThePolicy() {
        String group =
                customer.group(
                        "\"PASSWORD\"",
                        ", \"sessionTimeoutSeconds\": 600, \"includeRoutes\": [\"10.1.0.0/16\"]");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);

        Accepted accepted = accepted(gateway.login(typed(group, alice).build()));

        assertThat(accepted.grant().username()).isEqualTo(alice.get("username").textValue());
        assertThat(accepted.grant().user()).hasToString(alice.get("id").textValue());
        assertThat(accepted.grant().group()).isEqualTo(group);
        assertThat(accepted.grant().policy().includeRoutes()).hasToString("[10.1.0.0/16]");
        assertThat(accepted.grant().notAfter())
                .isBetween(CLOCK.instant().plusSeconds(500), CLOCK.instant().plusSeconds(600));
    }

    @Test
    void saysTheSameOfAWrongPasswordAndOfNobody() {
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);

        LoginDecision wrong =
                gateway.login(typed(group, alice).password("another password").build());
        LoginDecision nobody =
                gateway.login(
                        new LoginTyped(group)
                                .username(CustomerClient.fresh("nobody"))
                                .password(PASSWORD)
                                .build());

        assertThat(refused(wrong).reason()).isEqualTo(Reason.CREDENTIALS);
        assertThat(nobody).isEqualTo(wrong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "' OR 1=1 --",
                "alice\u0000",
                "al\nice",
                "\u212Aate",
                "../../etc/passwd",
                "<script>",
                "\ud83d\ude00"
            })
    void refusesHostileNames(String name) {
        String group = customer.group("\"PASSWORD\"");
        customer.teleworker(group, WITH_PASSWORD);

        assertThat(
                        refused(
                                        gateway.login(
                                                new LoginTyped(group)
                                                        .username(name)
                                                        .password(PASSWORD)
                                                        .build()))
                                .reason())
                .isEqualTo(Reason.CREDENTIALS);
    }

    @Test
    void refusesAGroupThatIsNotThereOrNotTheUsers() {
        String group = customer.group("\"PASSWORD\"");
        String other = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);

        assertThat(refused(gateway.login(typed("no-such\u0000", alice).build())).reason())
                .isEqualTo(Reason.GROUP);
        assertThat(refused(gateway.login(typed(other, alice).build())).reason())
                .isEqualTo(Reason.GROUP);
        // Who has not proved anything hears nothing of memberships.
        assertThat(refused(gateway.login(typed(other, alice).password("x").build())).reason())
                .isEqualTo(Reason.CREDENTIALS);
    }

    @Test
    void takesAOneTimePasswordWithThePasswordAndNotTwice() {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        String code = LoginTyped.code(alice, CLOCK.instant());

        assertThat(accepted(gateway.login(typed(group, alice).code(code).build()))).isNotNull();
        assertThat(refused(gateway.login(typed(group, alice).code(code).build())).reason())
                .isEqualTo(Reason.CREDENTIALS);
        assertThat(refused(gateway.login(typed(group, alice).code("000000").build())).reason())
                .isEqualTo(Reason.CREDENTIALS);
    }

    @Test
    void grantsOneOfManyLoginsWithOneCode() throws Exception {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        String code = LoginTyped.code(alice, CLOCK.instant());

        List<LoginDecision> decisions =
                together(4, () -> gateway.login(typed(group, alice).code(code).build()));

        assertThat(decisions).filteredOn(Accepted.class::isInstance).hasSize(1);
    }

    @Test
    void asksForTheCodeWhenItIsMissing() {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        Challenge challenge = challenge(group, alice);

        assertThat(challenge.factor()).isEqualTo(Factor.TOTP);
        LoginTyped answer = new LoginTyped(group).continuation(challenge.continuation());
        assertThat(refused(gateway.login(answer.code("000000").build())).reason())
                .isEqualTo(Reason.CREDENTIALS);
        assertThat(
                        accepted(
                                gateway.login(
                                        answer.code(LoginTyped.code(alice, CLOCK.instant()))
                                                .build())))
                .isNotNull();
    }

    @Test
    void refusesAContinuationOfElsewhereOrOfAnotherUser() {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        String other = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        JsonNode bob = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        String continuation = challenge(group, alice).continuation();
        String code = LoginTyped.code(alice, CLOCK.instant());

        for (LoginTyped wrong :
                List.of(
                        new LoginTyped(other),
                        new LoginTyped(group).source("192.0.2.99"),
                        new LoginTyped(group).username(bob.get("username").textValue()))) {
            assertThat(
                            refused(
                                            gateway.login(
                                                    wrong.continuation(continuation)
                                                            .code(code)
                                                            .build()))
                                    .reason())
                    .isEqualTo(Reason.CONTINUATION);
        }
    }

    @Test
    void refusesAContinuationThatWasAltered() {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        String continuation = challenge(group, alice).continuation();

        for (int i = 0; i < continuation.length(); i += 7) {
            char other = continuation.charAt(i) == 'A' ? 'B' : 'A';
            String altered = continuation.substring(0, i) + other + continuation.substring(i + 1);
            assertThat(
                            refused(
                                            gateway.login(
                                                    new LoginTyped(group)
                                                            .continuation(altered)
                                                            .code("000000")
                                                            .build()))
                                    .reason())
                    .isEqualTo(Reason.CONTINUATION);
        }
    }

    @Test
    void refusesAContinuationAfterItsTimeOrAfterAnotherPassword() {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD + ", \"totp\": true");
        String old = challenge(group, alice).continuation();
        CLOCK.advance(Duration.ofMinutes(6));
        assertThat(answered(group, alice, old)).isEqualTo(Reason.CONTINUATION);

        String before = challenge(group, alice).continuation();
        assertThat(customer.post(path(alice) + "/password", "{}").status()).isEqualTo(200);
        assertThat(answered(group, alice, before)).isEqualTo(Reason.CONTINUATION);
    }

    @Test
    void closesANameAfterFiveAttemptsThatFailedAndOpensItAgain() {
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);
        for (int i = 0; i < 5; i++) {
            assertThat(refused(gateway.login(typed(group, alice).password("x").build())).reason())
                    .isEqualTo(Reason.CREDENTIALS);
        }

        Refused closed = refused(gateway.login(typed(group, alice).build()));
        assertThat(closed.reason()).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
        assertThat(closed.retryAfterSeconds()).isBetween(1, 30);

        CLOCK.advance(Duration.ofSeconds(31));
        assertThat(accepted(gateway.login(typed(group, alice).build()))).isNotNull();
        assertThat(refused(gateway.login(typed(group, alice).password("x").build())).reason())
                .as("success has reset the count")
                .isEqualTo(Reason.CREDENTIALS);
    }

    @Test
    void countsAttemptsThatComeTogetherAndThoseOfNobody() throws Exception {
        String group = customer.group("\"PASSWORD\"");
        String nobody = CustomerClient.fresh("nobody");

        List<LoginDecision> decisions =
                together(
                        10,
                        () ->
                                gateway.login(
                                        new LoginTyped(group)
                                                .username(nobody)
                                                .password("x")
                                                .build()));

        assertThat(decisions)
                .filteredOn(each -> refused(each).reason() == Reason.CREDENTIALS)
                .hasSize(5);
    }

    @Test
    void grantsManyRightLoginsOfOneUserAtOnce() throws Exception {
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);

        List<LoginDecision> decisions =
                together(40, () -> gateway.login(typed(group, alice).build()));

        assertThat(decisions).hasOnlyElementsOfType(Accepted.class);
    }

    @Test
    void saysNothingOfARightPasswordOfANameThatWasClosedMeanwhile() throws Exception {
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);
        Rows rows = new Rows(provisioner);
        CompletableFuture<LoginDecision> right = new CompletableFuture<>();
        rows.whileLocked(
                "teleworker WHERE id = '%s'".formatted(alice.get("id").textValue()),
                () -> {
                    Thread.startVirtualThread(
                            () -> right.complete(gateway.login(typed(group, alice).build())));
                    Awaited.until(rows::waiting, count -> count == 1);
                    for (int i = 0; i < 5; i++) {
                        gateway.login(typed(group, alice).password("x").build());
                    }
                });

        assertThat(refused(right.get(30, TimeUnit.SECONDS)).reason())
                .isEqualTo(Reason.TOO_MANY_ATTEMPTS);
    }

    @Test
    void refusesABlockedUserOnlyAfterTheProof() {
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);
        assertThat(customer.post(path(alice) + "/block", "").status()).isEqualTo(200);

        assertThat(refused(gateway.login(typed(group, alice).build())).reason())
                .isEqualTo(Reason.BLOCKED);
        assertThat(refused(gateway.login(typed(group, alice).password("x").build())).reason())
                .isEqualTo(Reason.CREDENTIALS);

        assertThat(customer.post(path(alice) + "/unblock", "").status()).isEqualTo(200);
        assertThat(accepted(gateway.login(typed(group, alice).build()))).isNotNull();
        assertThat(customer.delete(path(alice)).status()).isEqualTo(204);
        assertThat(refused(gateway.login(typed(group, alice).build())).reason())
                .isEqualTo(Reason.CREDENTIALS);
    }

    @Test
    void knowsOnlyTheUsersOfTheGatewaysCustomer() {
        String name = CustomerClient.fresh("other");
        CustomerClient other = CustomerClient.other(provisioner, name);
        TestGateway foreign = TestGateway.enrolled(provisioner, name);
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);
        assertThat(refused(foreign.login(typed(group, alice).build())).reason())
                .isEqualTo(Reason.GROUP);

        CustomerClient.created(
                other.post(
                        "/v1/teleworker-groups",
                        "{\"name\": \"%s\", \"factors\": [\"PASSWORD\"]}".formatted(group)));
        assertThat(refused(foreign.login(typed(group, alice).build())).reason())
                .isEqualTo(Reason.CREDENTIALS);
        assertThat(other.get(path(alice)).status()).isEqualTo(404);
    }

    @Test
    void takesTheCertificateOfTheUserAlone() throws Exception {
        String group = customer.group("\"CERTIFICATE\"");
        JsonNode alice = customer.teleworker(group, "");
        X509Certificate certificate = issue(alice);

        Accepted accepted =
                accepted(gateway.login(new LoginTyped(group).certificate(certificate).build()));
        assertThat(accepted.grant().username()).isEqualTo(alice.get("username").textValue());

        assertThat(refused(gateway.login(new LoginTyped(group).build())).reason())
                .isEqualTo(Reason.CERTIFICATE_MISSING);
        assertThat(
                        refused(
                                        gateway.login(
                                                new LoginTyped(group)
                                                        .username("somebody-else")
                                                        .certificate(certificate)
                                                        .build()))
                                .reason())
                .isEqualTo(Reason.CERTIFICATE);
    }

    @Test
    void wantsCertificateAndPasswordOfTheSameUser() throws Exception {
        String group = customer.group("\"CERTIFICATE\", \"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);
        JsonNode bob = customer.teleworker(group, WITH_PASSWORD);
        X509Certificate certificate = issue(alice);

        assertThat(accepted(gateway.login(typed(group, alice).certificate(certificate).build())))
                .isNotNull();
        assertThat(
                        refused(gateway.login(typed(group, bob).certificate(certificate).build()))
                                .reason())
                .isEqualTo(Reason.CERTIFICATE);
        assertThat(
                        refused(
                                        gateway.login(
                                                typed(group, alice)
                                                        .password("x")
                                                        .certificate(certificate)
                                                        .build()))
                                .reason())
                .isEqualTo(Reason.CREDENTIALS);
    }

    @Test
    void refusesACertificateThatIsRevokedForeignOrGarbage() throws Exception {
        String group = customer.group("\"CERTIFICATE\"");
        JsonNode alice = customer.teleworker(group, "");
        X509Certificate certificate = issue(alice);
        String id =
                customer.get(path(alice) + "/certificates")
                        .json()
                        .at("/certificates/0/id")
                        .textValue();
        long version = gateway.desired(0).version();
        assertThat(customer.delete(path(alice) + "/certificates/" + id).status()).isEqualTo(204);
        assertThat(gateway.desired(version).clientCrlsPem())
                .as("the gateway gets the CRL")
                .contains("X509 CRL");

        X509Certificate foreign = Pem.certificates(gateway.enrolment().clientChainPem()).getFirst();
        for (byte[] shown :
                List.of(
                        certificate.getEncoded(),
                        foreign.getEncoded(),
                        new byte[0],
                        new byte[] {0x30, 0x03, 0x02, 0x01, 0x01})) {
            assertThat(
                            refused(
                                            gateway.login(
                                                    new LoginTyped(group)
                                                            .certificate(Octets.of(shown))
                                                            .build()))
                                    .reason())
                    .isEqualTo(Reason.CERTIFICATE);
        }
    }

    @Test
    void endsTheSessionWithTheCertificateAndRefusesAnExpiredOne() throws Exception {
        String group = customer.group("\"CERTIFICATE\"");
        JsonNode alice = customer.teleworker(group, "");
        LoginTyped typed = new LoginTyped(group).certificate(issue(alice));
        Instant end = CLOCK.instant().plusSeconds(60);
        expires(alice, end);
        assertThat(accepted(gateway.login(typed.build())).grant().notAfter()).isEqualTo(end);

        expires(alice, CLOCK.instant().minusSeconds(1));
        assertThat(refused(gateway.login(typed.build())).reason()).isEqualTo(Reason.CERTIFICATE);
    }

    @Test
    void recordsDecisionsWithoutSecrets() {
        String group = customer.group("\"PASSWORD\"");
        JsonNode alice = customer.teleworker(group, WITH_PASSWORD);
        Rows rows = new Rows(provisioner);
        String secret = CustomerClient.fresh("typed-into-the-wrong-field");
        gateway.login(typed(group, alice).build());
        gateway.login(typed(group, alice).password("x").build());
        gateway.login(new LoginTyped(group).username(secret).password(PASSWORD).build());

        String ofGroup = "login_record WHERE group_name = '%s'".formatted(group);
        assertThat(rows.count(ofGroup)).isEqualTo(3);
        assertThat(rows.count(ofGroup + " AND decision = 'ACCEPTED' AND session IS NOT NULL"))
                .isEqualTo(1);
        assertThat(rows.count("login_record r WHERE r::text LIKE '%" + secret + "%'")).isZero();
        assertThat(rows.count("teleworker t WHERE t::text LIKE '%%%s%%'".formatted(PASSWORD)))
                .isZero();
        assertThat(
                        rows.count(
                                "teleworker WHERE id = '%s' AND password_hash LIKE '$argon2id$%%'"
                                        .formatted(alice.get("id").textValue())))
                .isEqualTo(1);
    }

    @Test
    void secretForOneTimePasswordsIsNotInWhatIsStored() {
        JsonNode alice = customer.teleworker(customer.group("\"PASSWORD\""), ", \"totp\": true");
        String secret =
                HexFormat.of().formatHex(LoginTyped.base32(alice.at("/totp/secret").textValue()));

        assertThat(secret).hasSize(40);
        assertThat(
                        new Rows(provisioner)
                                .count(
                                        "teleworker WHERE id = '%s' AND octet_length(totp_secret) = 48 AND position('%s' IN encode(totp_secret, 'hex')) = 0"
                                                .formatted(alice.get("id").textValue(), secret)))
                .isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoLoginRequestWithoutRepeatingIt() {
        var answer =
                gateway.post(
                        "/internal/v1/logins",
                        "{\"group\": \"g\", \"password\": 12345678901}"
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("12345678901");
    }

    private static LoginTyped typed(String group, JsonNode teleworker) {
        return new LoginTyped(group)
                .username(teleworker.get("username").textValue())
                .password(PASSWORD);
    }

    private static Challenge challenge(String group, JsonNode teleworker) {
        return (Challenge) gateway.login(typed(group, teleworker).build());
    }

    private static Reason answered(String group, JsonNode teleworker, String continuation) {
        return refused(
                        gateway.login(
                                new LoginTyped(group)
                                        .continuation(continuation)
                                        .code(LoginTyped.code(teleworker, CLOCK.instant()))
                                        .build()))
                .reason();
    }

    /** Past the API: a certificate near its end would take a year. */
    private static void expires(JsonNode teleworker, Instant at) {
        new Rows(provisioner)
                .change(
                        "UPDATE certificate SET not_after = ? WHERE subject = ?",
                        at,
                        teleworker.get("username").textValue() + "@customer.sallyport.internal");
    }

    private static Accepted accepted(LoginDecision decision) {
        assertThat(decision).isInstanceOf(Accepted.class);
        return (Accepted) decision;
    }

    private static Refused refused(LoginDecision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return (Refused) decision;
    }

    private static String path(JsonNode teleworker) {
        return "/v1/teleworkers/" + teleworker.get("id").textValue();
    }

    private static X509Certificate issue(JsonNode teleworker) throws IOException {
        KeyPair key = TestNode.ecKey("secp256r1");
        JsonNode issued =
                CustomerClient.created(
                        customer.post(
                                path(teleworker) + "/certificates",
                                "{\"csr\": \"%s\"}"
                                        .formatted(TestNode.request(key).replace("\n", "\\n"))));
        return Pem.certificates(issued.get("chain").textValue()).getFirst();
    }

    private static List<LoginDecision> together(int times, Callable<LoginDecision> login)
            throws Exception {
        List<Future<LoginDecision>> started = new ArrayList<>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < times; i++) {
                started.add(tasks.submit(login));
            }
        }
        List<LoginDecision> decisions = new ArrayList<>();
        for (Future<LoginDecision> each : started) {
            decisions.add(each.get());
        }
        return decisions;
    }
}
