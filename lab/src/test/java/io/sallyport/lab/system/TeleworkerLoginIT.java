package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker;
import io.sallyport.lab.product.Teleworker.ClientCertificate;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Debian's openconnect logs in, in every way that groups can ask for, or is told why not. */
@ExtendWith(DeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TeleworkerLoginIT {
    private static final String CREDENTIALS = "User name, password or code are not right.";

    /** Version, id of the session and HMAC: 49 octets in base64url. */
    private static final Pattern SESSION_COOKIE =
            Pattern.compile("(?:^|; )webvpn=([\\w-]{66})(?:;|$)");

    private final Clock clock = Clock.systemUTC();
    private final Teleworking teleworking;
    private final ProvisionerProcess provisioner;
    private Teleworker ann;
    private Teleworker otto;
    private Teleworker cleo;
    private ClientCertificate certificate;
    private final List<String> shown = new ArrayList<>(List.of("not the password"));

    TeleworkerLoginIT(Deployment deployment) {
        this.teleworking = new Teleworking(deployment);
        this.provisioner = deployment.provisioner();
    }

    @BeforeAll
    void makeTeleworkers() {
        teleworking.passwordGroup("staff", ",\"position\":1,\"label\":\"Staff people\"");
        teleworking.group("codes", "\"PASSWORD\",\"TOTP\"", "");
        teleworking.group("cards", "\"CERTIFICATE\"", "");
        teleworking.group("vault", "\"CERTIFICATE\",\"PASSWORD\"", "");
        ann = teleworking.teleworker("ann", "staff");
        otto = Teleworker.create(teleworking.customer(), "otto", true, "codes");
        cleo = teleworking.teleworker("cleo", "cards", "vault");
        certificate = cleo.issueCertificate(teleworking.customer());
        teleworking.settle();
    }

    /** After all that was shown to it, right and wrong. */
    @AfterAll
    void gatewaysLogHasNoSecrets() {
        String log = teleworking.gateway().process().log();
        assertThat(log).contains("event=login", "outcome=accepted");
        Stream.of(ann, otto, cleo).map(Teleworker::password).forEach(shown::add);
        shown.add(secret(otto));
        shown.add(teleworking.gateway().adminToken());
        assertThat(shown)
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(secret -> assertThat(log).doesNotContain(secret));
    }

    @Test
    void passwordLogsIn() {
        assertComesUp(teleworking.client(1, "staff", ann));
    }

    @Test
    void groupIsChosenFromTheList() {
        assertComesUp(
                teleworking
                        .lab()
                        .teleworker(1)
                        .openConnect(teleworking.gateway().url())
                        .trusting(teleworking.gateway().rootPem())
                        .with("--authgroup", "staff", "--user", "ann", "--passwd-on-stdin")
                        .answering(ann.password()));
    }

    @Test
    void formsOfOlderClientsWork() {
        assertComesUp(teleworking.client(1, "staff", ann).with("--no-xmlpost"));
    }

    @Test
    void oneTimePasswordNeedsNobodyWhenTheClientHasTheSecret() {
        assertComesUp(
                teleworking
                        .client(1, "codes", otto)
                        .with("--token-mode=totp", "--token-secret=base32:" + secret(otto)));
    }

    @Test
    void oneTimePasswordHoldsOnce() {
        Teleworker olga = Teleworker.create(teleworking.customer(), "olga", true, "codes");
        Instant now = clock.instant();
        String code = olga.totp().orElseThrow().at(now);
        shown.addAll(List.of(olga.password(), code));

        assertComesUp(
                teleworking
                        .client(1, "codes")
                        .with("--user", "olga")
                        .answering(olga.password(), code));
        assertThat(
                        teleworking
                                .client(1, "codes")
                                .with("--user", "olga")
                                .answering(olga.password(), code)
                                .refused(DEADLINE))
                .contains(CREDENTIALS);
    }

    @Test
    void certificateLogsIn() {
        assertComesUp(
                teleworking
                        .client(1, "cards")
                        .certificate(certificate.pkcs12(), certificate.passphrase()));
    }

    @Test
    void certificateAndPasswordLogIn() {
        assertComesUp(
                teleworking
                        .client(1, "vault")
                        .certificate(certificate.pkcs12(), certificate.passphrase())
                        .with("--passwd-on-stdin")
                        .answering(cleo.password()));
    }

    @Test
    void certificateWithoutThePasswordIsNotEnough() {
        assertThat(
                        teleworking
                                .client(1, "vault")
                                .certificate(certificate.pkcs12(), certificate.passphrase())
                                .with("--passwd-on-stdin")
                                .answering("not the password")
                                .refused(DEADLINE))
                .contains(CREDENTIALS);
    }

    @Test
    void wrongPasswordIsSaid() {
        assertThat(
                        teleworking
                                .client(1, "staff")
                                .with("--user", "ann", "--passwd-on-stdin")
                                .answering("not the password")
                                .refused(DEADLINE))
                .contains(CREDENTIALS);
    }

    @Test
    void wrongCodeIsSaid() {
        assertThat(
                        teleworking
                                .client(1, "codes")
                                .with("--user", "otto")
                                .answering(otto.password(), "000000")
                                .refused(DEADLINE))
                .contains(CREDENTIALS);
    }

    @Test
    void groupOfOthersIsRefused() {
        assertThat(teleworking.client(1, "staff", otto).refused(DEADLINE))
                .contains("You may not use this group.");
    }

    @Test
    void missingCertificateIsSaid() {
        assertThat(teleworking.client(1, "cards").refused(DEADLINE))
                .contains("asks for a client certificate, and your client has shown none");
    }

    @Test
    void revokedCertificateIsSaid() {
        ClientCertificate lost = cleo.issueCertificate(teleworking.customer());
        teleworking
                .customer()
                .delete("/v1/teleworkers/%s/certificates/%s".formatted(cleo.id(), lost.id()))
                .expect(204);
        teleworking.settle();

        assertThat(
                        teleworking
                                .client(1, "cards")
                                .certificate(lost.pkcs12(), lost.passphrase())
                                .refused(DEADLINE))
                .contains("Your client certificate has been revoked.");
    }

    @Test
    void expiredCertificateIsSaid() throws IOException {
        assertThat(
                        ExpiredCertificate.shown(
                                        teleworking.client(1, "cards"),
                                        teleworking.lab().teleworker(1),
                                        provisioner,
                                        certificate,
                                        clock)
                                .refused(DEADLINE))
                .contains("Your client certificate has expired.");
    }

    @Test
    void sessionEndsWhenItsCertificateIsRevoked() {
        ClientCertificate stolen = cleo.issueCertificate(teleworking.customer());
        try (OpenConnect client =
                teleworking
                        .client(1, "cards")
                        .certificate(stolen.pkcs12(), stolen.passphrase())
                        .start()
                        .awaitUp(DEADLINE)) {
            teleworking
                    .customer()
                    .delete("/v1/teleworkers/%s/certificates/%s".formatted(cleo.id(), stolen.id()))
                    .expect(204);
            client.awaitEnd(Duration.ofSeconds(10));
            assertThat(client.log()).contains("Your client certificate has been revoked.");
        }
    }

    @Test
    void blockedTeleworkerIsToldSo() {
        Teleworker bob = teleworking.teleworker("bob", "staff");
        teleworking.customer().post("/v1/teleworkers/" + bob.id() + "/block", "", Map.of());

        assertThat(teleworking.client(1, "staff", bob).refused(DEADLINE))
                .contains("Your access is blocked.");
    }

    @Test
    void sessionOfACertificateNeedsTheCertificateAgain() {
        String cookie =
                teleworking
                        .client(1, "cards")
                        .certificate(certificate.pkcs12(), certificate.passphrase())
                        .authenticate(DEADLINE);
        shown.addAll(List.of(cookie, sessionCookie(cookie)));
        Teleworker carl = teleworking.teleworker("carl", "cards");
        ClientCertificate other = carl.issueCertificate(teleworking.customer());

        assertThat(teleworking.client(1, "cards").cookie(cookie).refused(DEADLINE))
                .contains("Cookie was rejected");
        assertThat(
                        teleworking
                                .client(1, "cards")
                                .certificate(other.pkcs12(), other.passphrase())
                                .cookie(cookie)
                                .refused(DEADLINE))
                .contains("Cookie was rejected");
        assertComesUp(
                teleworking
                        .client(1, "cards")
                        .certificate(certificate.pkcs12(), certificate.passphrase())
                        .cookie(cookie));
    }

    @Test
    void teleworkersSessionsAreListed() {
        try (OpenConnect client = teleworking.client(1, "staff", ann).start()) {
            client.awaitUp(DEADLINE);
            Polling.until(
                    DEADLINE,
                    "the session at the provisioner",
                    () -> teleworking.customer().get("/v1/teleworker-sessions").expect(200).body(),
                    body -> body.contains(client.address()));
        }
    }

    private void assertComesUp(OpenConnect.Start start) {
        try (OpenConnect client = start.start()) {
            client.awaitUp(DEADLINE);
            assertThat(teleworking.lab().teleworker(1).ping(teleworking.target(), 1).received())
                    .isEqualTo(1);
        }
    }

    /** The part that the gateway made; openconnect prints it behind a key of its own. */
    private static String sessionCookie(String printed) {
        Matcher matcher = SESSION_COOKIE.matcher(printed);
        assertThat(matcher.find()).as("a session cookie in what openconnect prints").isTrue();
        return matcher.group(1);
    }

    private static String secret(Teleworker who) {
        return who.totp().orElseThrow().base32();
    }
}
