package io.sallyport.provisioner.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.Command;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The clients are OpenSSL, GnuTLS, strongSwan and curl, with nothing but the certificate. */
class RevocationOverHttpTest {
    private static RunningProvisioner provisioner;
    private static String url;

    @TempDir private Path directory;

    private Certificate branch;
    private String ocsp;
    private String crl;

    @BeforeAll
    static void start() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        url = "http://127.0.0.1:" + port;
        provisioner =
                RunningProvisioner.start(
                        Map.of(
                                "SALLYPORT_REVOCATION_PORT",
                                Integer.toString(port),
                                "SALLYPORT_REVOCATION_URL",
                                url));
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void issue() throws Exception {
        branch =
                provisioner
                        .bean(Certificates.class)
                        .issue(
                                EndEntityProfile.BRANCH,
                                CertificateNames.of(
                                        Identity.dns(
                                                "b%s.customer.sallyport.internal"
                                                        .formatted(
                                                                UUID.randomUUID()
                                                                        .toString()
                                                                        .substring(0, 8)))),
                                GeneratedKey.p256(new SecureRandom()));
        Path ca = provisioner.data().resolve("ca");
        String root = Files.readString(ca.resolve("root.pem"));
        String sites = Files.readString(ca.resolve("sites/certificate.pem"));
        Files.writeString(directory.resolve("root.pem"), root);
        Files.writeString(directory.resolve("sites.pem"), sites);
        Files.writeString(directory.resolve("both.pem"), root + sites);
        Files.writeString(directory.resolve("branch.pem"), branch.pem());
        String text = command("openssl x509 -in branch.pem -noout -text").output();
        ocsp = text.replaceAll("(?s).*OCSP - URI:(\\S+).*", "$1");
        crl = text.replaceAll("(?s).*[^-] URI:(\\S+\\.crl).*|.*\\sURI:(\\S+\\.crl).*", "$1$2");
        assertThat(ocsp).startsWith(url + "/ocsp/sites-");
        assertThat(crl).startsWith(url + "/crl/sites-").endsWith(".crl");
    }

    @Test
    void opensslIsAnsweredWithAndWithoutNonce() throws Exception {
        for (String nonce : new String[] {"-nonce", "-no_nonce"}) {
            assertThat(opensslOcsp(nonce).output())
                    .contains("Response verify OK", "branch.pem: good")
                    .doesNotContain("WARNING: no nonce in response");
        }
        revoke();
        for (String nonce : new String[] {"-nonce", "-no_nonce"}) {
            assertThat(opensslOcsp(nonce).output())
                    .contains("Response verify OK", "branch.pem: revoked", "keyCompromise");
        }
    }

    @Test
    void opensslKnowsNothingOfASerialNumberThatWasNeverIssued() throws Exception {
        assertThat(
                        command(
                                        "openssl ocsp -issuer sites.pem -serial 0x1234567890 -url %s -CAfile both.pem"
                                                .formatted(ocsp))
                                .output())
                .contains("Response verify OK", "0x1234567890: unknown");
    }

    @Test
    void gnutlsIsAnswered() throws Exception {
        assertThat(ocsptool().output())
                .contains("Certificate Status: good", "Verifying OCSP Response: Success");
        revoke();
        assertThat(ocsptool().output()).contains("Certificate Status: revoked");
    }

    @Test
    void strongswanAsksByOcspAndByCrl() throws Exception {
        assertThat(pkiVerify("yes").output())
                .contains(
                        "ocsp response correctly signed by",
                        "certificate status is good",
                        "certificate trusted")
                .doesNotContain("fetching crl");
        assertThat(pkiVerify("no").output())
                .contains(
                        "crl correctly signed by",
                        "certificate status is good",
                        "certificate trusted");
        revoke();
        for (String byOcsp : new String[] {"yes", "no"}) {
            assertThat(pkiVerify(byOcsp).status()).isNotZero();
            assertThat(pkiVerify(byOcsp).output())
                    .contains(
                            byOcsp.equals("yes")
                                    ? "ocsp response correctly signed by"
                                    : "crl correctly signed by",
                            "certificate was revoked",
                            "key compromise");
        }
    }

    @Test
    void opensslFetchesTheCrlThatTheCertificateNames() throws Exception {
        String verify =
                "openssl verify -crl_check -crl_download -CAfile root.pem -untrusted sites.pem"
                        + " branch.pem";
        assertThat(command(verify).output()).contains("branch.pem: OK");
        revoke();
        assertThat(command(verify).output()).contains("certificate revoked");
    }

    /** The reader is the JDK. */
    @ParameterizedTest
    @ValueSource(strings = {"sites", "gateways", "teleworkers", "internal"})
    void crlOfEachAuthorityIsServedAndOfItsKey(String purpose) throws Exception {
        CertificateFactory x509 = CertificateFactory.getInstance("X.509");
        X509Certificate issuer;
        try (InputStream file =
                Files.newInputStream(
                        provisioner.data().resolve("ca/%s/certificate.pem".formatted(purpose)))) {
            issuer = (X509Certificate) x509.generateCertificate(file);
        }
        HttpResponse<byte[]> answer =
                get("%s/crl/%s-%s.crl".formatted(url, purpose, label(purpose)), Map.of());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/pkix-crl");
        X509CRL served = (X509CRL) x509.generateCRL(new ByteArrayInputStream(answer.body()));
        served.verify(issuer.getPublicKey());
        assertThat(served.getIssuerX500Principal()).isEqualTo(issuer.getSubjectX500Principal());
        assertThat(served.getNextUpdate()).isInTheFuture();
        assertThat(served.getThisUpdate()).isInThePast();
    }

    @Test
    void crlIsCachedUntilThereIsAnother() throws Exception {
        HttpResponse<byte[]> first = get(crl, Map.of());
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(header(first, "Content-Type")).isEqualTo("application/pkix-crl");
        assertThat(maxAge(first)).isBetween(3500L, 3600L);
        assertThat(header(first, "Last-Modified")).endsWith(" GMT");
        Files.write(directory.resolve("crl.der"), first.body());
        assertThat(command("openssl crl -in crl.der -inform DER -noout -CAfile both.pem").output())
                .contains("verify OK");
        Map<String, String> copy = Map.of("If-None-Match", "\"x\", " + header(first, "ETag"));
        HttpResponse<byte[]> same = get(crl, copy);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(header(same, "ETag")).isEqualTo(header(first, "ETag"));

        revoke();
        HttpResponse<byte[]> next = get(crl, copy);
        assertThat(next.statusCode()).isEqualTo(200);
        Files.write(directory.resolve("crl.der"), next.body());
        assertThat(command("openssl crl -in crl.der -inform DER -noout -text").output())
                .contains(branch.serialNumber().toUpperCase(Locale.ROOT));
    }

    @Test
    void answerWithoutNonceIsSignedOnceAndARevocationCountsAtOnce() throws Exception {
        String get = getUrl();
        HttpResponse<byte[]> first = get(get, Map.of());
        assertThat(header(first, "Content-Type")).isEqualTo("application/ocsp-response");
        assertThat(maxAge(first)).isBetween(3500L, 3600L);
        assertThat(header(first, "Cache-Control"))
                .contains("public", "no-transform", "must-revalidate");
        assertThat(header(first, "Expires")).endsWith(" GMT");
        assertThat(get(get, Map.of()).body()).isEqualTo(first.body());
        assertThat(get(get, Map.of("If-None-Match", header(first, "ETag"))).statusCode())
                .isEqualTo(304);

        revoke();
        HttpResponse<byte[]> next = get(get, Map.of("If-None-Match", header(first, "ETag")));
        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.body()).isNotEqualTo(first.body());
    }

    @Test
    void answerToANonceIsKeptByNobody() throws Exception {
        command(
                "openssl ocsp -issuer sites.pem -cert branch.pem -nonce -reqout request.der"
                        + " -no_cert_verify");
        HttpResponse<byte[]> answer =
                send(
                        HttpRequest.newBuilder(URI.create(ocsp))
                                .header("Content-Type", "application/ocsp-request")
                                .POST(
                                        HttpRequest.BodyPublishers.ofFile(
                                                directory.resolve("request.der"))));
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(answer, "ETag")).isEmpty();
    }

    @Test
    void authorityThatIsAskedForAnothersCertificateSaysNothing() throws Exception {
        assertThat(
                        command(
                                        "openssl ocsp -issuer sites.pem -cert branch.pem -url %s/ocsp/internal-%s"
                                                .formatted(url, label("internal")))
                                .output())
                .contains("Responder Error: unauthorized");
    }

    @Test
    void listeningFileSaysWhereItIs() throws IOException {
        assertThat(Files.readString(provisioner.data().resolve("listening.json")))
                .contains("\"revocationUrl\": \"%s\"".formatted(url));
    }

    /** The last word of the authority's name, by which its addresses call it. */
    private String label(String purpose) throws Exception {
        return command(
                        "openssl x509 -in %s/ca/%s/certificate.pem -noout -subject"
                                .formatted(provisioner.data(), purpose))
                .output()
                .strip()
                .replaceAll(".* ", "");
    }

    private void revoke() {
        provisioner.bean(Certificates.class).revoke(branch.id(), CRLReason.KEY_COMPROMISE);
    }

    /** The address of a question without nonce, as RFC 6960 appendix A.1 makes it. */
    private String getUrl() throws Exception {
        command("openssl ocsp -issuer sites.pem -cert branch.pem -no_nonce -reqout request.der");
        String base64 =
                Base64.getEncoder()
                        .encodeToString(Files.readAllBytes(directory.resolve("request.der")));
        return ocsp + "/" + URLEncoder.encode(base64, StandardCharsets.US_ASCII);
    }

    private Command.Result opensslOcsp(String nonce) throws Exception {
        return command(
                "openssl ocsp -issuer sites.pem -cert branch.pem -url %s -CAfile both.pem %s"
                        .formatted(ocsp, nonce));
    }

    private Command.Result ocsptool() throws Exception {
        return command(
                "ocsptool --ask=%s --load-cert branch.pem --load-issuer sites.pem --load-trust both.pem"
                        .formatted(ocsp));
    }

    private Command.Result pkiVerify(String byOcsp) throws Exception {
        // Online checks are plugins' business, which the command does not load by itself. In the
        // order of charon's own list: were openssl first, it would read the certificate, whose
        // serial number then lacks the zero octet that the OCSP answer has before a high bit, and
        // strongSwan would find no status in it.
        String settings =
                """
                pki {
                  load = random x509 revocation constraints pubkey pkcs1 pkcs8 pem openssl curl
                  plugins { revocation { enable_ocsp = %s } }
                }
                """
                        .formatted(byOcsp);
        Files.writeString(directory.resolve("strongswan.conf"), settings);
        return command(
                "env STRONGSWAN_CONF=strongswan.conf pki --verify --online --in branch.pem"
                        + " --cacert sites.pem --cacert root.pem");
    }

    private Command.Result command(String line) throws Exception {
        return Command.run(directory, line);
    }

    private static HttpResponse<byte[]> get(String url, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        headers.forEach(request::header);
        return send(request);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(
                    request.timeout(Duration.ofSeconds(20)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static long maxAge(HttpResponse<?> answer) {
        return Long.parseLong(
                header(answer, "Cache-Control").replaceAll(".*max-age=([0-9]+).*", "$1"));
    }
}
