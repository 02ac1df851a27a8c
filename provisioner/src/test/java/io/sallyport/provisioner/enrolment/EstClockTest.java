package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.enrolment.EstClient.Credentials;
import io.sallyport.provisioner.order.OrderClient;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;

/**
 * The provisioner's clock is almost an hour off. Whoever looks at certificates here goes by the
 * machine's: OpenSSL, and TLS at both ends.
 */
class EstClockTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {-59, 59})
    void whatWasIssuedJustNowIsAcceptedByWhomeverItIsShownTo(int minutesFast) throws Exception {
        var clock = new TestClock();
        clock.advance(Duration.ofMinutes(minutesFast));
        try (RunningProvisioner provisioner =
                RunningProvisioner.start(
                        directory.resolve("data"), SharedPostgres.newDatabase(), Map.of(), clock)) {
            FakeConcentrator.register(provisioner);
            BranchDevice device =
                    BranchDevice.ordered(new OrderClient(provisioner), "clock", "10.1.1.0/24");
            var client = new EstClient(provisioner);
            Credentials first = client.setUp(device);
            verify(provisioner, first.certificate());
            KeyPair key = Requests.ecKey();
            X509Certificate second = client.renewed(first, Requests.naming(key, device.identity()));
            verify(provisioner, second);
            assertThat(device.view().at("/certificate/serialNumber").textValue())
                    .isEqualTo(second.getSerialNumber().toString(16));
        }
    }

    private void verify(RunningProvisioner provisioner, X509Certificate certificate)
            throws Exception {
        Files.writeString(directory.resolve("branch.pem"), Pem.encode(certificate));
        Files.copy(
                provisioner.data().resolve("ca/sites/certificate.pem"),
                directory.resolve("sites.pem"),
                StandardCopyOption.REPLACE_EXISTING);
        Tool.run(
                directory,
                "openssl",
                "verify",
                "-x509_strict",
                "-CAfile",
                provisioner.rootFile().toString(),
                "-untrusted",
                "sites.pem",
                "branch.pem");
    }
}
