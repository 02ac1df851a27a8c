package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that others wrote: strongSwan's pki, and curl with openssl. */
class EstClientsTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static RunningProvisioner provisioner;
    private static OrderClient customer;

    @TempDir Path directory;

    private BranchDevice device;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void order() throws IOException {
        int number = COUNT.incrementAndGet();
        device =
                BranchDevice.ordered(
                        customer, "clients-" + number, "10.1.%d.0/24".formatted(number));
        Files.copy(provisioner.rootFile(), directory.resolve("root.pem"));
    }

    @Test
    void strongSwanFetchesTheAuthorities() throws Exception {
        Tool.run(
                directory,
                "pki",
                "--estca",
                "--url",
                url(),
                "--cacert",
                "root.pem",
                "--caout",
                "ca.pem",
                "--outform",
                "pem");
        assertThat(certificate("ca.pem"))
                .isEqualTo(Pem.certificates(Files.readString(provisioner.rootFile())).getFirst());
        assertThat(certificate("ca-1.pem").getSubjectX500Principal().getName()).contains("Sites");
    }

    @Test
    void strongSwanEnrolsWithASecretAndRenewsWithTheCertificate() throws Exception {
        newRequest("first");
        pki("first", "--userpass", device.identity() + ":" + device.newSecret());
        assertThat(certificate("first.pem").getSubjectAlternativeNames().toString())
                .contains(device.identity());
        verify("first.pem");

        newRequest("second");
        pki("second", "--cert", "first.pem", "--key", "first.key");
        verify("second.pem");
        assertThat(certificate("second.pem")).isNotEqualTo(certificate("first.pem"));
        assertThat(device.view().at("/certificate/serialNumber").textValue())
                .isEqualTo(certificate("second.pem").getSerialNumber().toString(16));
    }

    /** RFC 5280 appendix A.1: a common name has 64 characters at most. */
    @Test
    void strongSwanRenewsForANameThatIsTooLongForASubject() throws Exception {
        device =
                BranchDevice.ordered(
                        customer,
                        "b".repeat(63),
                        "10.2.%d.0/24".formatted(COUNT.incrementAndGet()));
        newRequest("first", "/");
        pki("first", "--userpass", device.identity() + ":" + device.newSecret());
        newRequest("second", "/");
        pki("second", "--cert", "first.pem", "--key", "first.key");
        verify("second.pem");
    }

    @Test
    void strongSwanRenewsTheCertificateThatCameAsPkcs12() throws Exception {
        var handedOut =
                customer.get(
                                "/v1/tunnels/%s/device-configuration?early=true"
                                        .formatted(device.id()))
                        .json();
        Files.write(directory.resolve("branch.p12"), handedOut.at("/pkcs12/base64").binaryValue());
        String password = "pass:" + handedOut.at("/pkcs12/password").textValue();
        openssl(
                "pkcs12",
                "-in",
                "branch.p12",
                "-nocerts",
                "-noenc",
                "-passin",
                password,
                "-out",
                "branch.key");
        openssl(
                "pkcs12",
                "-in",
                "branch.p12",
                "-nokeys",
                "-passin",
                password,
                "-out",
                "branch.pem");
        newRequest("next");
        pki("next", "--cert", "branch.pem", "--key", "branch.key");
        verify("next.pem");
    }

    @Test
    void curlEnrolsAndRenewsWithDocumentsThatOpensslReads() throws Exception {
        newRequest("first");
        curl("first", "simpleenroll", "--user", device.identity() + ":" + device.newSecret());
        openssl("pkcs7", "-inform", "DER", "-in", "first.p7", "-print_certs", "-out", "first.pem");
        openssl("cms", "-cmsout", "-inform", "DER", "-in", "first.p7", "-print", "-out", "cms.txt");
        assertThat(Files.readString(directory.resolve("cms.txt"))).contains("pkcs7-signedData");
        verify("first.pem");

        newRequest("second");
        curl("second", "simplereenroll", "--cert", "first.pem", "--key", "first.key");
        openssl(
                "pkcs7",
                "-inform",
                "DER",
                "-in",
                "second.p7",
                "-print_certs",
                "-out",
                "second.pem");
        verify("second.pem");
    }

    @Test
    void opensslReadsWhatARequestShouldLookLike() throws Exception {
        Tool.run(
                directory,
                "curl",
                "--silent",
                "--fail",
                "--cacert",
                "root.pem",
                "--output",
                "attributes.b64",
                url() + "/.well-known/est/csrattrs");
        decode("attributes");
        assertThat(
                        Tool.run(
                                directory,
                                "openssl",
                                "asn1parse",
                                "-inform",
                                "DER",
                                "-in",
                                "attributes.p7"))
                .contains("id-ecPublicKey", "prime256v1", "ecdsa-with-SHA256");
    }

    @Test
    void strongSwanIsRefusedWithASecretThatWasUsed() throws Exception {
        String secret = device.newSecret();
        newRequest("first");
        pki("first", "--userpass", device.identity() + ":" + secret);
        newRequest("second");
        Tool.Result refused =
                Tool.attempt(
                        directory,
                        "pki",
                        "--est",
                        "--url",
                        url(),
                        "--cacert",
                        "root.pem",
                        "--in",
                        "second.csr",
                        "--userpass",
                        device.identity() + ":" + secret);
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output()).contains("HTTP 409");
    }

    /** curl shows it though the server did not name its issuer. */
    @Test
    void certificateOfAnotherAuthorityIsRefusedInTls() throws Exception {
        GeneratedKey key = GeneratedKey.p256(new SecureRandom());
        var issued =
                provisioner
                        .bean(Certificates.class)
                        .issue(
                                EndEntityProfile.TLS_CLIENT,
                                CertificateNames.of(Identity.dns("node.example.net")),
                                key);
        Files.writeString(directory.resolve("node.pem"), issued.pem());
        Files.writeString(
                directory.resolve("node.key"),
                Pem.encode("PRIVATE KEY", key.privateKey().getEncoded()));
        Tool.Result refused =
                Tool.attempt(
                        directory,
                        "curl",
                        "--silent",
                        "--show-error",
                        "--cacert",
                        "root.pem",
                        "--cert",
                        "node.pem",
                        "--key",
                        "node.key",
                        url() + "/.well-known/est/cacerts");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output()).contains("alert");
    }

    private String url() {
        return provisioner.enrolmentUrl().toString();
    }

    private void newRequest(String name) throws Exception {
        newRequest(name, "/CN=" + device.identity());
    }

    private void newRequest(String name, String subject) throws Exception {
        openssl(
                "genpkey",
                "-quiet",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                name + ".key");
        openssl(
                "req",
                "-new",
                "-key",
                name + ".key",
                "-subj",
                subject,
                "-addext",
                "subjectAltName=DNS:" + device.identity(),
                "-out",
                name + ".csr");
    }

    private void pki(String name, String... credentials) throws Exception {
        StringBuilder options = new StringBuilder();
        for (int index = 0; index < credentials.length; index += 2) {
            options.append(credentials[index])
                    .append(' ')
                    .append(credentials[index + 1])
                    .append('\n');
        }
        Files.writeString(directory.resolve("options"), options);
        Tool.run(
                directory,
                "sh",
                "-ec",
                "pki --est --url %s --cacert root.pem --in %s.csr --outform pem --options options >%s.pem"
                        .formatted(url(), name, name));
    }

    private void curl(String name, String operation, String... credentials) throws Exception {
        openssl("req", "-in", name + ".csr", "-outform", "DER", "-out", name + ".der");
        openssl("base64", "-in", name + ".der", "-out", name + ".request");
        String[] usual = {
            "curl",
            "--silent",
            "--show-error",
            "--fail-with-body",
            "--cacert",
            "root.pem",
            "--header",
            "Content-Type: application/pkcs10",
            "--header",
            "Content-Transfer-Encoding: base64",
            "--data-binary",
            "@%s.request".formatted(name),
            "--output",
            name + ".b64",
            url() + "/.well-known/est/" + operation
        };
        String[] all = Arrays.copyOf(usual, usual.length + credentials.length);
        System.arraycopy(credentials, 0, all, usual.length, credentials.length);
        Tool.run(directory, all);
        decode(name);
    }

    private void decode(String name) throws Exception {
        openssl("base64", "-d", "-A", "-in", name + ".b64", "-out", name + ".p7");
    }

    private void verify(String certificate) throws Exception {
        openssl("verify", "-CAfile", "root.pem", "-untrusted", sites(), certificate);
    }

    private String sites() throws IOException {
        Path file = directory.resolve("sites.pem");
        Files.writeString(
                file,
                Pem.encode(
                        provisioner
                                .bean(SiteCertificates.class)
                                .trusted()
                                .getLast()
                                .certificate()));
        return "sites.pem";
    }

    private void openssl(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Tool.run(directory, command);
    }

    private X509Certificate certificate(String file) throws IOException {
        return Pem.certificates(Files.readString(directory.resolve(file))).getFirst();
    }
}
