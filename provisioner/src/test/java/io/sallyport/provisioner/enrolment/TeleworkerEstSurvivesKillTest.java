package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.CutDatabase;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.enrolment.EstClient.Credentials;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;

/** The provisioner dies while it certifies a teleworker's device, which asks its successor. */
class TeleworkerEstSurvivesKillTest {
    private static final String LABEL = "teleworkers/";

    private final CutDatabase database = new CutDatabase();
    private final KeyPair key = Requests.ecKey();

    @TempDir private Path data;

    /** Held with the certificate signed; with it recorded; and with all but the secret's use. */
    @ParameterizedTest
    @ValueSource(strings = {"certificate", "teleworker_certificate", "teleworker_enrolment_secret"})
    void secretIsGoodUntilTheCertificateIsRecorded(String table) throws Exception {
        RunningProvisioner killed = start();
        TeleworkersDevice device = TeleworkersDevice.hired(killed);
        String secret = device.newSecret();
        byte[] request = Requests.namingUser(key, device.identity());
        database.killWhileItHolds(
                table,
                killed,
                () -> new EstClient(killed, LABEL).enrol(device.identity(), secret, request));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second, device)).as("nothing was left half done").isZero();
            var est = new EstClient(second, LABEL);
            X509Certificate certified = est.enrolled(device.identity(), secret, request);
            assertThat(est.enrolled(device.identity(), secret, request)).isEqualTo(certified);
            assertThat(certificates(second, device)).isOne();
            assertRecordedOnce(second, certified);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "teleworker_certificate"})
    void formerCertificateRenewsUntilTheNewOneIsRecorded(String table) throws Exception {
        RunningProvisioner killed = start();
        TeleworkersDevice device = TeleworkersDevice.hired(killed);
        KeyPair formerKey = Requests.ecKey();
        var former =
                new Credentials(
                        formerKey.getPrivate(),
                        new EstClient(killed, LABEL)
                                .enrolled(
                                        device.identity(),
                                        device.newSecret(),
                                        Requests.namingUser(formerKey, device.identity())));
        byte[] request = Requests.namingUser(key, device.identity());
        database.killWhileItHolds(
                table, killed, () -> new EstClient(killed, LABEL).renew(former, request));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second, device)).isOne();
            var est = new EstClient(second, LABEL);
            X509Certificate certified = est.renewed(former, request);
            assertThat(est.renewed(former, request)).isEqualTo(certified);
            assertThat(certificates(second, device)).isEqualTo(2);
            assertRecordedOnce(second, certified);
        }
    }

    /** As the certificate it is, and as the teleworker's. */
    private static void assertRecordedOnce(
            RunningProvisioner provisioner, X509Certificate certified) {
        assertThat(
                        new Rows(provisioner)
                                .count(
                                        "certificate c JOIN teleworker_certificate t ON t.certificate = c.id WHERE c.serial_number = '%s'"
                                                .formatted(
                                                        certified.getSerialNumber().toString(16))))
                .isOne();
    }

    private static int certificates(RunningProvisioner provisioner, TeleworkersDevice device) {
        return new Rows(provisioner)
                .count("certificate WHERE subject LIKE '%%%s%%'".formatted(device.identity()));
    }

    private RunningProvisioner start() throws IOException {
        return RunningProvisioner.start(data, database.settings());
    }
}
