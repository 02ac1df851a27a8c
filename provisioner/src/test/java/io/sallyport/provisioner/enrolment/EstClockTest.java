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

    /** Theirs live for a day, so an hour is much of it. */
    @ParameterizedTest
    @ValueSource(ints = {-59, 59})
    void whatATeleworkerWasIssuedJustNowIsAcceptedToo(int minutesFast) throws Exception {
        var clock = new TestClock();
        clock.advance(Duration.ofMinutes(minutesFast));
        try (RunningProvisioner provisioner =
                RunningProvisioner.start(
                        directory.resolve("data"), SharedPostgres.newDatabase(), Map.of(), clock)) {
            TeleworkersDevice device = TeleworkersDevice.hired(provisioner);
            var client = new EstClient(provisioner, "teleworkers/");
            KeyPair key = Requests.ecKey();
            X509Certificate first =
                    client.enrolled(
                            device.identity(),
                            device.newSecret(),
                            Requests.namingUser(key, device.identity()));
            verify(provisioner, "teleworkers", first);
            assertThat(Duration.between(clock.instant(), first.getNotAfter().toInstant()))
                    .isLessThanOrEqualTo(Duration.ofDays(1));
            X509Certificate second =
                    client.renewed(
                            new Credentials(key.getPrivate(), first),
                            Requests.namingUser(Requests.ecKey(), device.identity()));
            verify(provisioner, "teleworkers", second);
        }
    }

    private void verify(RunningProvisioner provisioner, X509Certificate certificate)
            throws Exception {
        verify(provisioner, "sites", certificate);
    }

    private void verify(
            RunningProvisioner provisioner, String authority, X509Certificate certificate)
            throws Exception {
        Files.writeString(directory.resolve("device.pem"), Pem.encode(certificate));
        Files.copy(
                provisioner.data().resolve("ca/%s/certificate.pem".formatted(authority)),
                directory.resolve("authority.pem"),
                StandardCopyOption.REPLACE_EXISTING);
        Tool.run(
                directory,
                "openssl",
                "verify",
                "-x509_strict",
                "-CAfile",
                provisioner.rootFile().toString(),
                "-untrusted",
                "authority.pem",
                "device.pem");
    }
}
