package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.provisioner.CutDatabase;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.enrolment.EstClient.Credentials;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;

/** The provisioner dies while it certifies a branch; the device asks its successor again. */
class EstSurvivesKillTest {
    private final CutDatabase database = new CutDatabase();
    private final KeyPair key = Requests.ecKey();

    @TempDir private Path data;

    /** Held when the former certificate is revoked; with the new one signed; with all but one. */
    @ParameterizedTest
    @ValueSource(strings = {"certificate", "tunnel_renewal", "tunnel_enrolment_secret"})
    void secretIsGoodUntilTheCertificateIsRecorded(String table) throws Exception {
        RunningProvisioner killed = start();
        BranchDevice device = ordered(killed);
        String secret = device.newSecret();
        byte[] request = Requests.naming(key, device.identity());
        database.killWhileItHolds(
                table,
                killed,
                () -> new EstClient(killed).enrol(device.identity(), secret, request));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second, device, "revoked_at IS NULL"))
                    .as("nothing was left half done")
                    .isOne();
            EstClient est = new EstClient(second);
            X509Certificate certified = est.enrolled(device.identity(), secret, request);
            assertRecordedOnce(second, device, certified);
            assertThat(est.enrolled(device.identity(), secret, request)).isEqualTo(certified);
            assertThat(certificates(second, device, "revoked_at IS NULL")).isOne();
            assertThat(certificates(second, device, "TRUE")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "tunnel_renewal", "tunnel"})
    void formerCertificateRenewsUntilTheNewOneIsRecorded(String table) throws Exception {
        RunningProvisioner killed = start();
        BranchDevice device = ordered(killed);
        Credentials former = new EstClient(killed).setUp(device);
        byte[] request = Requests.naming(key, device.identity());
        database.killWhileItHolds(
                table, killed, () -> new EstClient(killed).renew(former, request));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second, device, "revoked_at IS NULL")).isOne();
            EstClient est = new EstClient(second);
            X509Certificate certified = est.renewed(former, request);
            assertRecordedOnce(second, device, certified);
            assertThat(est.renewed(former, request)).isEqualTo(certified);
            assertThat(certificates(second, device, "revoked_at IS NULL")).isEqualTo(2);
        }
    }

    @Test
    void noSerialNumberIsRecordedTwice() {
        Rows rows = new Rows(RunningProvisioner.shared());
        assertThatThrownBy(
                        () ->
                                rows.change(
                                        """
                                        INSERT INTO certificate
                                        SELECT gen_random_uuid(), authority, serial_number, profile, subject, not_before,
                                               not_after, pem, issued_at, revoked_at, revocation_reason
                                          FROM certificate LIMIT 1
                                        """))
                .hasStackTraceContaining("certificate_serial_number_unique");
    }

    private static void assertRecordedOnce(
            RunningProvisioner provisioner, BranchDevice device, X509Certificate certified) {
        assertThat(
                        certificates(
                                provisioner,
                                device,
                                "serial_number = '%s' AND revoked_at IS NULL"
                                        .formatted(certified.getSerialNumber().toString(16))))
                .isOne();
    }

    private static int certificates(
            RunningProvisioner provisioner, BranchDevice device, String condition) {
        return new Rows(provisioner)
                .count(
                        "certificate WHERE subject LIKE '%%%s%%' AND %s"
                                .formatted(device.identity(), condition));
    }

    private static BranchDevice ordered(RunningProvisioner provisioner) {
        FakeConcentrator.register(provisioner);
        return BranchDevice.ordered(new OrderClient(provisioner), "lyon", "10.1.1.0/24");
    }

    private RunningProvisioner start() throws IOException {
        return RunningProvisioner.start(data, database.settings());
    }
}
