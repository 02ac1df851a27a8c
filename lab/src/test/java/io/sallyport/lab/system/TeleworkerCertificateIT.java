package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.CommandOutput;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker;
import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * docs/operations/teleworkers.md: a teleworker's computer has certificates of 24 hours, which it
 * renews by the script that the API hands out, with Debian's curl, openssl and openconnect.
 */
@ExtendWith(DeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TeleworkerCertificateIT {
    private static final String CONNECT = "/usr/local/sbin/sallyport-connect";
    private static final String STATE = "/etc/sallyport/teleworker";
    private static final String CREDENTIALS = STATE + "/credentials.pem";

    private final Clock clock = Clock.systemUTC();
    private final Teleworking teleworking;
    private final ProvisionerProcess provisioner;
    private final ProvisionerApi customer;
    private final TeleworkerHost host;

    TeleworkerCertificateIT(Deployment deployment) {
        this.teleworking = new Teleworking(deployment);
        this.provisioner = deployment.provisioner();
        this.customer = teleworking.customer();
        this.host = teleworking.lab().teleworker(1);
    }

    @BeforeAll
    void makeGroup() {
        teleworking.group("daily", "\"CERTIFICATE\"", "");
        teleworking.settle();
    }

    @Test
    void enrolsConnectsRenewsAndConnectsAgain() throws Exception {
        Teleworker dora = hired("dora");
        String secret = newSecret(dora);
        host.shell(DEADLINE, "echo %s | %s enrol".formatted(secret, CONNECT));
        X509Certificate first = certificate();
        assertThat(Duration.between(clock.instant(), first.getNotAfter().toInstant()))
                .isBetween(Duration.ofHours(23), Duration.ofHours(24));
        assertConnects();
        assertThat(certificate()).as("it is not time yet").isEqualTo(first);

        host.run(DEADLINE, CONNECT, "renew");
        X509Certificate second = certificate();
        assertThat(second.getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertConnects();

        CommandOutput again =
                host.tryRun(DEADLINE, "sh", "-c", "echo %s | %s enrol".formatted(secret, CONNECT));
        assertThat(again.succeeded()).as("used once").isFalse();
        assertThat(again.err()).contains("HTTP 409", "used with another request");

        customer.post("/v1/teleworkers/%s/block".formatted(dora.id()), "", Map.of()).expect(200);
        CommandOutput blocked = host.tryRun(DEADLINE, CONNECT, "renew");
        assertThat(blocked.succeeded()).isFalse();
        assertThat(blocked.err()).contains("HTTP 403: the teleworker is blocked");
    }

    @Test
    void certificateThatEndedOverTheWeekendRenewsItself() throws Exception {
        Teleworker emil = hired("emil");
        host.shell(DEADLINE, "echo %s | %s enrol".formatted(newSecret(emil), CONNECT));
        endCertificate(clock.instant().minus(Duration.ofDays(3)));
        assertThat(
                        teleworking
                                .client(1, "daily")
                                .with("--certificate", CREDENTIALS)
                                .refused(DEADLINE))
                .contains("Your client certificate has expired.");

        assertConnects();
        assertThat(certificate().getNotAfter().toInstant()).isAfter(clock.instant());
    }

    @Test
    void certificateThatEndedLongAgoTakesANewSecret() throws Exception {
        Teleworker fred = hired("fred");
        host.shell(DEADLINE, "echo %s | %s enrol".formatted(newSecret(fred), CONNECT));
        endCertificate(clock.instant().minus(Duration.ofDays(31)));
        assertThat(client().refused(DEADLINE))
                .contains("has ended and was not renewed; after 30 days it takes a new")
                .doesNotContain("Connected to");

        host.shell(DEADLINE, "echo %s | %s enrol".formatted(newSecret(fred), CONNECT));
        assertConnects();
    }

    /** A teleworker whose computer has the script and nothing else. */
    private Teleworker hired(String username) {
        Teleworker teleworker = teleworking.teleworker(username, "daily");
        host.shell(DEADLINE, "rm -rf " + STATE);
        host.write(
                CONNECT,
                customer.get("/v1/teleworkers/%s/connect-script".formatted(teleworker.id()))
                        .expect(200)
                        .body(),
                0755);
        return teleworker;
    }

    private String newSecret(Teleworker teleworker) {
        return customer.post(
                        "/v1/teleworkers/%s/enrolment-secrets".formatted(teleworker.id()),
                        "{\"validFor\": \"PT1H\"}",
                        Map.of())
                .expect(201)
                .json()
                .path("secret")
                .asText();
    }

    private OpenConnect.Start client() {
        return teleworking.client(1, "daily").by(CONNECT);
    }

    private void assertConnects() {
        try (OpenConnect client = client().start()) {
            client.awaitUp(DEADLINE);
            assertThat(host.ping(teleworking.target(), 1).received()).isEqualTo(1);
        }
    }

    private X509Certificate certificate() throws MalformedPemException {
        return Pem.certificates(host.shell(DEADLINE, "openssl x509 -in " + CREDENTIALS)).getFirst();
    }

    /** In the place of the computer's certificate comes one for its key that ended then. */
    private void endCertificate(Instant end)
            throws IOException, SQLException, MalformedPemException {
        X509Certificate present = certificate();
        String identity = present.getSubjectX500Principal().getName().substring("CN=".length());
        X509Certificate ended =
                Pem.certificates(
                                ExpiredCertificate.signed(
                                        host, provisioner, identity, CREDENTIALS, end))
                        .getFirst();
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            database.text(
                    """
                    UPDATE certificate
                       SET serial_number = ?, pem = ?, not_before = ?::timestamptz,
                           not_after = ?::timestamptz
                     WHERE serial_number = ? RETURNING id
                    """,
                    ended.getSerialNumber().toString(16),
                    Pem.encode(ended),
                    ended.getNotBefore().toInstant().toString(),
                    ended.getNotAfter().toInstant().toString(),
                    present.getSerialNumber().toString(16));
        }
        String key = host.shell(DEADLINE, "openssl pkey -in " + CREDENTIALS);
        host.write(CREDENTIALS, Pem.encode(ended) + key, 0600);
    }
}
