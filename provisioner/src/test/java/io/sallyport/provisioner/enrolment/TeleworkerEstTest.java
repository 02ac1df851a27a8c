package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.authority.EndedCertificates;
import io.sallyport.provisioner.enrolment.EstClient.Credentials;
import io.sallyport.provisioner.teleworker.CustomerClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Teleworkers' devices enrol and renew over EST, or are refused by name. TLS has its own clock,
 * which nobody sets: so what has ended was issued while ours was slow.
 */
class TeleworkerEstTest {
    /** Within the life of the listeners' certificates, which are made at the start. */
    private static final Duration SLOW = Duration.ofDays(12);

    private static final TestClock CLOCK = new TestClock();
    private static RunningProvisioner provisioner;
    private static CustomerClient customer;
    private static EstClient est;

    private String id;
    private String identity;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        CLOCK.advance(SLOW.negated());
        provisioner = RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), CLOCK);
        CLOCK.advance(SLOW);
        customer = new CustomerClient(provisioner);
        est = new EstClient(provisioner, "teleworkers/");
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void hire() {
        JsonNode ann = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        id = ann.get("id").textValue();
        identity = ann.get("username").textValue() + "@customer.sallyport.internal";
    }

    private final List<Duration> moved = new ArrayList<>();

    @AfterEach
    void setClockRight() {
        moved.forEach(each -> CLOCK.advance(each.negated()));
    }

    private void move(Duration by) {
        CLOCK.advance(by);
        moved.add(by);
    }

    @Test
    void deviceEnrolsWithASecretAndRenewsWithItsCertificate() throws Exception {
        Answer made = askForSecret("{\"validFor\": \"PT2H\"}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("cache-control")).isEqualTo("no-store");
        assertThat(made.json().get("username").textValue()).isEqualTo(identity);
        assertThat(made.json().get("estUrl").textValue())
                .isEqualTo(provisioner.enrolmentUrl() + "/.well-known/est/teleworkers");

        KeyPair key = Requests.ecKey();
        byte[] request = Requests.namingUser(key, identity);
        String secret = made.json().get("secret").textValue();
        X509Certificate first = est.enrolled(identity, secret, request);
        assertThat(first.getPublicKey()).isEqualTo(key.getPublic());
        assertThat(first.getSubjectAlternativeNames().toString())
                .isEqualTo("[[1, %s]]".formatted(identity));
        assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=" + identity);
        assertThat(first.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(first.getIssuerX500Principal().getName()).contains("Teleworkers");
        assertThat(est.enrolled(id, secret, request)).as("the answer was lost").isEqualTo(first);

        KeyPair next = Requests.ecKey();
        X509Certificate second =
                est.renewed(
                        new Credentials(key.getPrivate(), first),
                        Requests.namingUser(next, identity));
        X509Certificate third =
                est.renewed(
                        new Credentials(next.getPrivate(), second),
                        Requests.namingUser(Requests.ecKey(), identity));
        assertThat(third.getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
        JsonNode certificates = certificates();
        assertThat(certificates).hasSize(3);
        assertThat(certificates.findValuesAsText("device"))
                .doesNotContain("null")
                .containsOnly(certificates.at("/0/device").textValue());
        assertThat(certificates.findValues("revokedAt")).allMatch(JsonNode::isNull);
    }

    @Test
    void asInCertificatesMadeByHand() throws Exception {
        KeyPair key = Requests.ecKey();
        String csr =
                Pem.encode(Pem.CERTIFICATE_REQUEST, Requests.namingUser(key, identity))
                        .replace("\n", "\\n");
        JsonNode issued =
                CustomerClient.created(
                        customer.post(
                                path() + "/certificates", "{\"csr\": \"%s\"}".formatted(csr)));
        X509Certificate byHand = Pem.certificates(issued.get("chain").textValue()).getFirst();
        X509Certificate overEst = enrolled().certificate();
        assertThat(overEst.getSubjectX500Principal()).isEqualTo(byHand.getSubjectX500Principal());
        assertThat(overEst.getIssuerX500Principal()).isEqualTo(byHand.getIssuerX500Principal());
        assertThat(overEst.getSubjectAlternativeNames())
                .containsExactlyElementsOf(byHand.getSubjectAlternativeNames());
        assertThat(overEst.getCriticalExtensionOIDs()).isEqualTo(byHand.getCriticalExtensionOIDs());
        assertThat(overEst.getNonCriticalExtensionOIDs())
                .isEqualTo(byHand.getNonCriticalExtensionOIDs());

        assertRefused(
                renew(new Credentials(key.getPrivate(), byHand)), 403, "not enrolled for over EST");
    }

    @Test
    void secretIsGoodForOneRequest() {
        String secret = newSecret();
        est.enrolled(identity, secret, Requests.namingUser(Requests.ecKey(), identity));
        assertRefused(
                est.enrol(identity, secret, Requests.namingUser(Requests.ecKey(), identity)),
                409,
                "used with another request");
    }

    @Test
    void secretIsOfOneTeleworkerAndOneTime() {
        byte[] request = Requests.namingUser(Requests.ecKey(), identity);
        String dead = newSecret();
        String secret = newSecret();
        assertRefused(est.enrol(identity, dead, request), 401, "not known");
        assertRefused(est.enrol("bob@elsewhere.example", secret, request), 401, "not known");
        assertRefused(
                new EstClient(provisioner).enrol(identity, secret, request), 401, "not known");
        move(Duration.ofDays(1).plusMinutes(1));
        assertRefused(est.enrol(identity, secret, request), 401, "its time is over");
        assertThat(certificates()).isEmpty();
    }

    @Test
    void requestMustBeForTheTeleworkerAndAGoodKey() {
        String secret = newSecret();
        assertRefused(
                est.enrol(
                        identity,
                        secret,
                        Requests.namingUser(Requests.ecKey(), "bob@customer.sallyport.internal")),
                422,
                "FOREIGN_NAME");
        assertRefused(
                est.enrol(
                        identity,
                        secret,
                        Requests.namingUser(Requests.ecKey("secp521r1"), identity)),
                422,
                "UNACCEPTABLE_KEY");
        KeyPair key = Requests.ecKey();
        X509Certificate issued = est.enrolled(identity, secret, Requests.namingUser(key, identity));
        var held = new Credentials(key.getPrivate(), issued);
        assertRefused(
                est.renew(
                        held,
                        Requests.namingUser(Requests.ecKey(), "bob@customer.sallyport.internal")),
                422,
                "FOREIGN_NAME");
        assertRefused(
                est.renew(held, Requests.with(Requests.ecKey(), "CN=" + identity)),
                422,
                "RFC 7030 section 4.2.2");
    }

    @Test
    void onlyTheNewestOfADeviceRenews() {
        Credentials first = enrolled();
        KeyPair next = Requests.ecKey();
        byte[] request = Requests.namingUser(next, identity);
        X509Certificate second = est.renewed(first, request);
        assertThat(est.renewed(first, request)).as("the answer was lost").isEqualTo(second);
        assertRefused(renew(first), 403, "only its newest one renews");
        assertThat(renew(new Credentials(next.getPrivate(), second)).status()).isEqualTo(200);
    }

    @Test
    void revokedDeviceIsOutWithAllThatItHas() {
        Credentials first = enrolled();
        KeyPair next = Requests.ecKey();
        X509Certificate second = est.renewed(first, Requests.namingUser(next, identity));
        Credentials other = enrolled();
        JsonNode listed = certificates();
        assertThat(
                        customer.delete(path() + "/certificates/" + listed.at("/0/id").textValue())
                                .status())
                .isEqualTo(204);
        assertRefused(renew(new Credentials(next.getPrivate(), second)), 403, "is revoked");
        assertThat(certificates().at("/1/revokedAt").isNull()).as("the newer one").isFalse();
        assertThat(certificates().at("/2/revokedAt").isNull()).as("another device's").isTrue();
        assertThat(renew(other).status()).isEqualTo(200);
    }

    @Test
    void deviceIsOutAlsoIfItWasRevokedBySerialNumber() {
        Credentials first = enrolled();
        KeyPair next = Requests.ecKey();
        X509Certificate second = est.renewed(first, Requests.namingUser(next, identity));
        assertThat(
                        customer.post(
                                        "/v1/certificates/%s/revocation"
                                                .formatted(
                                                        first.certificate()
                                                                .getSerialNumber()
                                                                .toString(16)),
                                        "{\"reason\": \"KEY_COMPROMISE\"}")
                                .status())
                .isEqualTo(200);
        assertRefused(renew(new Credentials(next.getPrivate(), second)), 403, "is revoked");
        assertThat(certificates().at("/1/revokedAt").isNull()).isFalse();
    }

    @Test
    void blockedTeleworkerWaitsAndADeletedOneIsGone() {
        Credentials held = enrolled();
        String secret = newSecret();
        customer.post(path() + "/block", "");
        assertRefused(renew(held), 403, "the teleworker is blocked");
        assertRefused(
                est.enrol(identity, secret, Requests.namingUser(Requests.ecKey(), identity)),
                403,
                "the teleworker is blocked");
        assertThat(askForSecret("{}").status()).isEqualTo(409);
        customer.post(path() + "/unblock", "");
        assertThat(renew(held).status()).isEqualTo(200);
        customer.delete(path());
        assertThat(renew(held).status()).isEqualTo(403);
        assertRefused(
                est.enrol(identity, secret, Requests.namingUser(Requests.ecKey(), identity)),
                401,
                "not known");
        assertThat(askForSecret("{}").status()).isEqualTo(404);
    }

    @Test
    void deviceGetsSoManyCertificatesADay() {
        Credentials held = enrolled();
        for (int issued = 1; issued < EnrolmentRules.RENEWALS_AT_MOST; issued++) {
            KeyPair key = Requests.ecKey();
            held =
                    new Credentials(
                            key.getPrivate(),
                            est.renewed(held, Requests.namingUser(key, identity)));
        }
        assertRefused(renew(held), 429, "12 certificates within a day");
    }

    /** After a weekend, and after eleven days, over TLS that sees an ended certificate. */
    @Test
    void endedCertificateRenewsItselfAndIsGoodForNothingElse() {
        move(SLOW.negated());
        Credentials first = enrolled();
        Credentials second = enrolled();
        move(SLOW);
        assertThat(first.certificate().getNotAfter().toInstant()).isBefore(CLOCK.instant());

        KeyPair next = Requests.ecKey();
        X509Certificate renewed = est.renewed(first, Requests.namingUser(next, identity));
        assertThat(renewed.getNotAfter().toInstant()).isAfter(CLOCK.instant());
        assertRefused(renew(first), 403, "only its newest one renews");
        assertThat(renew(new Credentials(next.getPrivate(), renewed)).status()).isEqualTo(200);

        assertRefused(
                new EstClient(provisioner)
                        .renew(second, Requests.namingUser(Requests.ecKey(), identity)),
                403,
                "revoked, or its tunnel has ended");
        assertThat(est.get(second, "/v1/renewal-wish").status()).isEqualTo(403);
        assertThat(
                        customer.delete(
                                        path()
                                                + "/certificates/"
                                                + certificates().at("/1/id").textValue())
                                .status())
                .isEqualTo(204);
        assertRefused(renew(second), 403, "is revoked");
    }

    /** As the answer of Friday that never came. */
    @Test
    void sameRequestAfterTheEndGetsAnotherCertificate() {
        move(SLOW.negated());
        String secret = newSecret("P30D");
        KeyPair key = Requests.ecKey();
        byte[] request = Requests.namingUser(key, identity);
        X509Certificate lost = est.enrolled(identity, secret, request);
        move(SLOW);
        X509Certificate again = est.enrolled(identity, secret, request);
        assertThat(again).isNotEqualTo(lost);
        assertThat(again.getPublicKey()).isEqualTo(key.getPublic());
        assertThat(again.getNotAfter().toInstant()).isAfter(CLOCK.instant());
    }

    @Test
    void certificateThatEndedLongAgoIsRefusedInTls() {
        move(SLOW.negated());
        Credentials held = enrolled();
        move(SLOW);
        move(EndedCertificates.RENEWABLE_FOR.minus(Duration.ofDays(10)));
        assertThatThrownBy(() -> renew(held)).isInstanceOf(UncheckedIOException.class);
    }

    /** TLS sees one that is good; what counts is what the record says. */
    @Test
    void certificateThatEndedLongAgoIsToldSo() {
        Credentials held = enrolled();
        Credentials other = enrolled();
        move(EndedCertificates.RENEWABLE_FOR.plus(Duration.ofHours(23)));
        assertThat(renew(held).status()).as("within the window").isEqualTo(200);
        move(Duration.ofHours(2));
        assertRefused(renew(other), 403, "more than 30 days ago: enrol with a new secret");
    }

    @Test
    void authoritiesAreThoseOfTeleworkers() {
        Answer answer = est.get("/.well-known/est/teleworkers/cacerts");
        assertThat(answer.status()).isEqualTo(200);
        byte[] message = Base64.getDecoder().decode(answer.body());
        assertThat(new String(message, StandardCharsets.ISO_8859_1))
                .contains("Teleworkers CA")
                .doesNotContain("Sites CA");
        assertThat(est.get("/.well-known/est/teleworkers/csrattrs").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serverkeygen", "fullcmc"})
    void whatIsNotOfferedIsRefusedAsForBranches(String operation) {
        assertRefused(est.post(operation, new byte[] {1}), 501, "use simpleenroll");
    }

    private Credentials enrolled() {
        return enrolled(newSecret());
    }

    private Credentials enrolled(String secret) {
        KeyPair key = Requests.ecKey();
        return new Credentials(
                key.getPrivate(),
                est.enrolled(identity, secret, Requests.namingUser(key, identity)));
    }

    private Answer renew(Credentials held) {
        return est.renew(held, Requests.namingUser(Requests.ecKey(), identity));
    }

    private String newSecret() {
        return newSecret("P1D");
    }

    private String newSecret(String validFor) {
        return CustomerClient.created(askForSecret("{\"validFor\": \"%s\"}".formatted(validFor)))
                .get("secret")
                .textValue();
    }

    private Answer askForSecret(String body) {
        return customer.post(path() + "/enrolment-secrets", body);
    }

    private JsonNode certificates() {
        return customer.get(path() + "/certificates").json().get("certificates");
    }

    private String path() {
        return "/v1/teleworkers/" + id;
    }

    private static void assertRefused(Answer answer, int status, String why) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().get("detail").textValue()).contains(why);
    }
}
