package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.Command;
import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.revocation.CertificateId;
import io.sallyport.pki.revocation.CertificateStatus;
import io.sallyport.pki.revocation.OcspRequest;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The judge is OpenSSL's client, over HTTP. */
class OcspResponderTest {

    private static final Duration RELIABLE_FOR = Duration.ofHours(1);

    @TempDir Path directory;

    private final TestAuthorities authorities = TestAuthorities.now();
    private final MovableClock clock = new MovableClock(authorities.now);
    private final Issued good = authorities.issueBranch("good.customer.example");
    private final Issued revoked = authorities.issueBranch("revoked.customer.example");
    private final Map<BigInteger, CertificateStatus> statuses =
            new ConcurrentHashMap<>(
                    Map.of(
                            good.serialNumber(),
                            new CertificateStatus.Good(),
                            revoked.serialNumber(),
                            revoked(revoked)));
    private final OcspSigner delegate = authorities.sites.delegateOcsp(authorities.recorded::add);
    private final OcspResponder responder = responder(delegate);

    @BeforeEach
    void writeCertificates() throws IOException {
        write("root", authorities.root.certificate());
        write("sites", authorities.sites.certificate());
        write("gateways", authorities.gateways.certificate());
        write("good", good.certificate());
        write("revoked", revoked.certificate());
        X509Certificate unrecorded = authorities.issueBranch("b3.customer.example").certificate();
        write("unrecorded", unrecorded);
    }

    @ParameterizedTest
    @CsvSource({
        "good, -sha1, good.pem: good",
        "good, -sha256, good.pem: good",
        "revoked, -sha1, revoked.pem: revoked",
        "revoked, -sha256, Reason: keyCompromise",
        "unrecorded, -sha256, unrecorded.pem: unknown"
    })
    void answersOpenSslWithAndWithoutNonce(String file, String hash, String expected)
            throws Exception {
        try (TestResponder server = new TestResponder(responder)) {
            assertThat(asked(server, hash, file)).contains("Response verify OK", expected);
            assertThat(asked(server, hash, file, "-no_nonce"))
                    .contains("Response verify OK", expected);
        }
    }

    /** The oldest of what is handed out, and what is signed at once. */
    @ParameterizedTest
    @ValueSource(ints = {-59, 59})
    void isBelievedWhereClocksAreAlmostAnHourApart(int minutesFast) throws Exception {
        clock.move(Duration.ofMinutes(minutesFast).minus(RELIABLE_FOR.dividedBy(2)));
        var _ = responder.answer(about(CertificateId.Hash.SHA1, good));
        clock.move(RELIABLE_FOR.dividedBy(2).minusSeconds(2));
        try (TestResponder server = new TestResponder(responder)) {
            for (String nonce : List.of("-nonce", "-no_nonce")) {
                assertThat(asked(server, "-sha1", "good", nonce))
                        .contains("good.pem: good")
                        .doesNotContain("Status times invalid");
                assertThat(asked(server, "-sha1", "revoked", nonce))
                        .contains("revoked.pem: revoked")
                        .doesNotContain("Status times invalid");
            }
        }
    }

    @Test
    void answersAboutSeveralAtOnce() throws Exception {
        try (TestResponder server = new TestResponder(responder)) {
            assertThat(asked(server, "-sha1", "good", "-cert", "revoked.pem"))
                    .contains("Response verify OK", "good.pem: good", "revoked.pem: revoked");
        }
    }

    @Test
    void anAuthorityMayAnswerForItself() throws Exception {
        Issued gateway = authorities.issueGateway("vpn.customer.test");
        write("gateway", gateway.certificate());
        var own =
                new OcspResponder(
                        authorities.gateways.ocspSigner(),
                        _ -> new CertificateStatus.Good(),
                        clock,
                        RELIABLE_FOR);
        try (TestResponder server = new TestResponder(own)) {
            assertThat(ask(server, "gateways", "-sha256", "gateway").output())
                    .contains("Response verify OK", "gateway.pem: good");
        }
    }

    @Test
    void theDelegatesCertificateSaysWhatItIsFor() throws Exception {
        X509Certificate certificate =
                authorities.recorded.stream()
                        .filter(issued -> issued.profile().equals("ocsp-responder"))
                        .findFirst()
                        .orElseThrow()
                        .certificate();
        write("delegate", certificate);
        assertThat(OpenSsl.run(directory, "x509", "-in", "delegate.pem", "-noout", "-text"))
                .contains("OCSP No Check", "OCSP Signing", "urn:sallyport:ocsp:sites");
        assertThat(delegate.validUntil())
                .isEqualTo(
                        authorities.now.truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(14)));
    }

    @Test
    void readsTheRequestOutOfAPath() throws Exception {
        OpenSsl.run(
                directory,
                "ocsp -issuer sites.pem -cert good.pem -no_nonce -reqout request.der".split(" "));
        byte[] request = Files.readAllBytes(directory.resolve("request.der"));
        try (TestResponder server = new TestResponder(responder);
                HttpClient client = HttpClient.newHttpClient()) {
            String base64 = Base64.getEncoder().encodeToString(request);
            String escaped = base64.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D");
            for (String path : List.of(base64, escaped)) {
                HttpResponse<byte[]> response =
                        client.send(
                                HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                Files.write(directory.resolve("response.der"), response.body());
                assertThat(judged("response.der")).contains("Response verify OK", "good.pem: good");
            }
        }
    }

    @Test
    void refusesToSpeakOfAnotherAuthoritysCertificate() throws Exception {
        try (TestResponder server = new TestResponder(responder)) {
            assertThat(ask(server, "gateways", "-sha1", "good").output())
                    .contains("Responder Error: unauthorized (6)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void signsOnceWhatIsAskedWithoutNonce(CertificateId.Hash hash) {
        OcspRequest request = about(hash, good);
        OcspAnswer first = responder.answer(request);
        assertThat(responder.answer(request).der()).isEqualTo(first.der());
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        assertThat(first.freshness())
                .contains(
                        new OcspAnswer.Freshness(
                                now.minus(Duration.ofHours(1)),
                                now.plus(RELIABLE_FOR).plus(Duration.ofHours(1)),
                                now.plus(RELIABLE_FOR)));

        clock.move(RELIABLE_FOR.dividedBy(2));
        assertThat(responder.answer(request).der()).isNotEqualTo(first.der());
    }

    @Test
    void aRevocationCountsAtOnce() throws Exception {
        OcspRequest request = about(CertificateId.Hash.SHA1, good);
        OcspAnswer before = responder.answer(request);
        statuses.put(good.serialNumber(), revoked(good));
        OcspAnswer after = responder.answer(request);

        assertThat(judgedOf(before)).contains("good.pem: good");
        assertThat(judgedOf(after)).contains("good.pem: revoked");
    }

    @Test
    void anAnswerToANonceIsForOneClientAlone() {
        var nonce = Optional.of(ByteBuffer.wrap(new byte[32]));
        var request = new OcspRequest(about(CertificateId.Hash.SHA1, good).certificates(), nonce);
        assertThat(responder.answer(request).freshness()).isEmpty();
    }

    @Test
    void noAnswerOutlivesItsSigner() {
        clock.move(Duration.ofDays(14).minusMinutes(10));
        OcspRequest request = about(CertificateId.Hash.SHA1, good);
        assertThat(responder.answer(request).freshness().orElseThrow().nextUpdate())
                .isEqualTo(delegate.validUntil());

        clock.move(Duration.ofMinutes(10));
        assertThat(status(responder.answer(request))).isEqualTo(2);
    }

    @Test
    void takesANewSignerOfTheSameAuthorityOnly() {
        OcspAnswer before = responder.answer(about(CertificateId.Hash.SHA1, good));
        responder.signWith(authorities.sites.delegateOcsp(_ -> {}));
        assertThat(responder.answer(about(CertificateId.Hash.SHA1, good)).der())
                .isNotEqualTo(before.der());

        OcspSigner foreign = authorities.gateways.ocspSigner();
        assertThatThrownBy(() -> responder.signWith(foreign))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysThatAStatusCannotBeToldNow() {
        var failing =
                new OcspResponder(
                        delegate,
                        _ -> {
                            throw new IllegalStateException("no database");
                        },
                        clock,
                        RELIABLE_FOR);
        assertThatThrownBy(() -> failing.answer(about(CertificateId.Hash.SHA1, good)))
                .hasMessage("no database");
        assertThat(status(OcspResponder.tryLater())).isEqualTo(3);
    }

    private static int status(OcspAnswer answer) {
        byte[] der = new byte[answer.der().remaining()];
        answer.der().duplicate().get(der);
        return OCSPResponse.getInstance(der).getResponseStatus().getIntValue();
    }

    private OcspResponder responder(OcspSigner signer) {
        return new OcspResponder(
                signer,
                serial -> statuses.getOrDefault(serial, new CertificateStatus.Unknown()),
                clock,
                RELIABLE_FOR);
    }

    private OcspRequest about(CertificateId.Hash hash, Issued issued) {
        return new OcspRequest(
                List.of(
                        CertificateId.of(
                                hash, authorities.sites.certificate(), issued.serialNumber())),
                Optional.empty());
    }

    private static CertificateStatus revoked(Issued issued) {
        return new CertificateStatus.Revoked(
                new RevokedCertificate(
                        issued.serialNumber(),
                        Instant.parse("2026-01-02T03:04:05Z"),
                        CRLReason.KEY_COMPROMISE));
    }

    private String asked(TestResponder server, String hash, String file, String... more)
            throws Exception {
        Command.Result result = ask(server, "sites", hash, file, more);
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }

    private Command.Result ask(
            TestResponder server, String issuer, String hash, String file, String... more)
            throws Exception {
        String command =
                "ocsp %s -issuer %s.pem -cert %s.pem %s -url %s -CAfile root.pem -verify_other %s.pem"
                        .formatted(
                                hash, issuer, file, String.join(" ", more), server.url(), issuer);
        return OpenSsl.attempt(directory, command.split(" +"));
    }

    private String judgedOf(OcspAnswer answer) throws Exception {
        byte[] der = new byte[answer.der().remaining()];
        answer.der().duplicate().get(der);
        Files.write(directory.resolve("response.der"), der);
        return judged("response.der");
    }

    private String judged(String response) throws Exception {
        return OpenSsl.run(
                directory,
                "ocsp -respin %s -issuer sites.pem -cert good.pem -CAfile root.pem -verify_other sites.pem"
                        .formatted(response)
                        .split(" "));
    }

    private void write(String name, X509Certificate certificate) throws IOException {
        Files.writeString(directory.resolve(name + ".pem"), Pem.encode(certificate));
    }
}
