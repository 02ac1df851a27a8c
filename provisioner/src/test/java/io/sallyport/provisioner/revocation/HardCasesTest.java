package io.sallyport.provisioner.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.Command;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Long lists, and clocks that are wrong. The judge is OpenSSL. */
class HardCasesTest {
    private static final Map<String, String> ANY_PORT = Map.of("SALLYPORT_REVOCATION_PORT", "0");

    @TempDir private Path directory;

    @Test
    void crlOfFiveThousandEntriesIsServedWhole() throws Exception {
        try (RunningProvisioner provisioner = RunningProvisioner.start(ANY_PORT)) {
            Certificate last = branch(provisioner);
            new Rows(provisioner)
                    .change(
                            """
                            INSERT INTO certificate SELECT gen_random_uuid(), authority,
                                'a' || lpad(to_hex(n), 37, '0'), profile, subject, not_before, not_after, pem,
                                issued_at, now(), 'KEY_COMPROMISE'
                            FROM certificate, generate_series(1, 5000) AS n WHERE id = ?
                            """,
                            last.id());
            provisioner.bean(Certificates.class).revoke(last.id());

            String text = crl(provisioner, "-text");
            assertThat(text.split("Serial Number: ", -1)).hasSize(5002);
            assertThat(text).contains(last.serialNumber().toUpperCase(Locale.ROOT));
            assertThat(crl(provisioner, "-noout -CAfile ca.pem")).contains("verify OK");
        }
    }

    /** Ours is an hour ahead, or behind, of everybody else's, which is the judge's. */
    @ParameterizedTest
    @ValueSource(longs = {-59, 59})
    void clockThatIsAnHourOffHarmsNeitherCertificatesNorCrls(long minutes) throws Exception {
        TestClock clock = new TestClock();
        clock.advance(Duration.ofMinutes(minutes));
        Path data = directory.resolve("data");
        try (RunningProvisioner provisioner =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), ANY_PORT, clock)) {
            Certificate good = branch(provisioner);
            Files.writeString(directory.resolve("branch.pem"), good.pem());
            crl(provisioner, "-outform PEM -out crl.pem");
            String verify =
                    "openssl verify -crl_check -CRLfile crl.pem -CAfile root.pem -untrusted"
                            + " sites.pem branch.pem";
            assertThat(Command.run(directory, verify).output()).contains("branch.pem: OK");

            provisioner.bean(Certificates.class).revoke(good.id());
            crl(provisioner, "-outform PEM -out crl.pem");
            assertThat(Command.run(directory, verify).output()).contains("certificate revoked");
        }
    }

    private static Certificate branch(RunningProvisioner provisioner) {
        return provisioner
                .bean(Certificates.class)
                .issue(
                        EndEntityProfile.BRANCH,
                        CertificateNames.of(Identity.dns("b1.customer.sallyport.internal")),
                        GeneratedKey.p256(new SecureRandom()));
    }

    /** Fetches the CRL of the authority for sites with curl, and gives it to openssl. */
    private String crl(RunningProvisioner provisioner, String what) throws Exception {
        Path ca = provisioner.data().resolve("ca");
        String root = Files.readString(ca.resolve("root.pem"));
        String sites = Files.readString(ca.resolve("sites/certificate.pem"));
        Files.writeString(directory.resolve("root.pem"), root);
        Files.writeString(directory.resolve("sites.pem"), sites);
        Files.writeString(directory.resolve("ca.pem"), root + sites);
        String label =
                Command.run(directory, "openssl x509 -in sites.pem -noout -subject")
                        .output()
                        .strip()
                        .replaceAll(".* ", "");
        String url =
                Files.readString(provisioner.data().resolve("listening.json"))
                        .replaceAll("(?s).*\"revocationUrl\": \"([^\"]+)\".*", "$1");
        Command.Result fetched =
                Command.run(
                        directory,
                        "curl -sS -f -o crl.der %s/crl/sites-%s.crl".formatted(url, label));
        assertThat(fetched.status()).as(fetched.output()).isZero();
        return Command.run(directory, "openssl crl -inform DER -in crl.der " + what).output();
    }
}
