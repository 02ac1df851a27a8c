package io.sallyport.provisioner.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.Command;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.authority.RevocationList;
import io.sallyport.provisioner.authority.RevocationLists;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.wire.DesiredState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What ends is replaced before it does, while the service runs: time is the test's. */
class RenewedWhileRunningTest {
    private final TestClock clock = new TestClock();

    @TempDir private Path directory;
    private RunningProvisioner provisioner;

    @BeforeEach
    void start() throws IOException {
        provisioner =
                RunningProvisioner.start(
                        directory.resolve("data"),
                        SharedPostgres.newDatabase(),
                        Map.of("SALLYPORT_REVOCATION_PORT", "0"),
                        clock);
    }

    @AfterEach
    void end() throws IOException {
        provisioner.close();
    }

    @Test
    void crlIsReplacedLongBeforeItsNextUpdateAndGoesToWhoeverNeedsIt() {
        FakeConcentrator concentrator = FakeConcentrator.register(provisioner);
        TestGateway gateway = TestGateway.enrolled(provisioner);
        RevocationLists lists = provisioner.bean(RevocationLists.class);
        RevocationList sites = lists.newest(AuthorityProfile.SITES);
        RevocationList teleworkers = lists.newest(AuthorityProfile.TELEWORKERS);
        DesiredState before = concentrator.desired();
        long gatewayBefore = gateway.desired(0).version();

        clock.advance(Duration.ofHours(22));
        lists.renew();
        assertThat(lists.newest(AuthorityProfile.SITES)).isEqualTo(sites);
        assertThat(concentrator.desired().version()).isEqualTo(before.version());

        clock.advance(Duration.ofHours(2).plusMinutes(1));
        assertThat(sites.nextUpdate()).isAfter(clock.instant());
        lists.renew();

        RevocationList next = lists.newest(AuthorityProfile.SITES);
        assertThat(next.number()).isGreaterThan(sites.number());
        assertThat(next.thisUpdate()).isAfter(sites.thisUpdate());
        assertThat(next.nextUpdate()).isAfter(clock.instant().plus(Duration.ofDays(6)));
        DesiredState after = concentrator.desired();
        assertThat(after.version()).isGreaterThan(before.version());
        assertThat(after.revocationLists())
                .singleElement()
                .satisfies(it -> assertThat(it.crlPem()).isEqualTo(next.pem()));
        assertThat(lists.newest(AuthorityProfile.TELEWORKERS).number())
                .isGreaterThan(teleworkers.number());
        assertThat(gateway.desired(0).version()).isGreaterThan(gatewayBefore);
    }

    /** The service's own timer does it: what that does every 15 minutes is done now. */
    @Test
    void nobodyHasToAskForIt() {
        RevocationLists lists = provisioner.bean(RevocationLists.class);
        long number = lists.newest(AuthorityProfile.SITES).number();
        clock.advance(Duration.ofDays(1).plusMinutes(1));
        provisioner.runWhatIsDueWithin(Duration.ofMinutes(15));
        assertThat(lists.newest(AuthorityProfile.SITES).number()).isGreaterThan(number);
    }

    @Test
    void ocspSignerIsReplacedLongBeforeItsEnd() throws Exception {
        X509Certificate first = ocspSigner();
        clock.advance(Duration.ofDays(6));
        assertThat(ocspSigner()).isEqualTo(first);
        clock.advance(Duration.ofDays(2));
        Instant now = clock.instant();
        assertThat(first.getNotAfter().toInstant()).isAfter(now.plus(Duration.ofDays(5)));
        X509Certificate second = ocspSigner();
        assertThat(second.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertThat(second.getNotAfter().toInstant()).isAfter(now.plus(Duration.ofDays(13)));
    }

    /** Whose certificate is in an answer that is signed now: a nonce is in it. */
    private X509Certificate ocspSigner() throws Exception {
        Path sites = provisioner.data().resolve("ca/sites/certificate.pem");
        String label =
                run("openssl x509 -in %s -noout -subject".formatted(sites))
                        .strip()
                        .replaceAll(".* ", "");
        String url =
                Files.readString(provisioner.data().resolve("listening.json"))
                        .replaceAll("(?s).*\"revocationUrl\": \"([^\"]+)\".*", "$1");
        String answer =
                run(
                        "openssl ocsp -issuer %s -serial 0x1234 -nonce -noverify -resp_text -url %s/ocsp/sites-%s"
                                .formatted(sites, url, label));
        return Pem.certificates(
                        answer.replaceAll(
                                "(?s).*(-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----).*",
                                "$1"))
                .getFirst();
    }

    private String run(String line) throws Exception {
        Command.Result result = Command.run(directory, line);
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }
}
