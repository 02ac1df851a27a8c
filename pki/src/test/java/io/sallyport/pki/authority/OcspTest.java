package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.revocation.OcspContent;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.time.Duration;

/** The judge is OpenSSL, which reads a staple as clients do. */
class OcspTest {
    private static final Duration RELIABLE_FOR = Duration.ofHours(1);

    @TempDir Path directory;

    private final TestAuthorities authorities = TestAuthorities.now();
    private final Issued gateway =
            authorities.gateways.issue(
                    EndEntityProfile.GATEWAY_TLS,
                    CertificateNames.of(Identity.dns("vpn.example"), Identity.ip("192.0.2.1")),
                    GeneratedKey.p256(authorities.random),
                    _ -> {});

    @BeforeEach
    void writeCertificates() throws IOException {
        write("root.pem", Pem.encode(authorities.root.certificate()));
        write("issuer.pem", Pem.encode(authorities.gateways.certificate()));
        write("gateway.pem", Pem.encode(gateway.certificate()));
    }

    @Test
    void saysThatACertificateIsGood() throws Exception {
        assertThat(judged(OcspContent.good(gateway.serialNumber(), authorities.now, RELIABLE_FOR)))
                .contains("Response verify OK", "gateway.pem: good");
    }

    @Test
    void isBelievedWhereOurClockIsAlmostAnHourFast() throws Exception {
        var fast = authorities.now.plus(Duration.ofMinutes(59));
        assertThat(judged(OcspContent.good(gateway.serialNumber(), fast, RELIABLE_FOR)))
                .contains("gateway.pem: good")
                .doesNotContain("Status times invalid");
    }

    @Test
    void saysThatACertificateWasRevokedAndWhy() throws Exception {
        var revoked =
                new RevokedCertificate(
                        gateway.serialNumber(), authorities.now, CRLReason.KEY_COMPROMISE);
        assertThat(judged(OcspContent.revoked(revoked, authorities.now, RELIABLE_FOR)))
                .contains("Response verify OK", "gateway.pem: revoked", "keyCompromise");
    }

    @Test
    void isSignedOnlyByAnAuthorityWhoseCertificateSaysSo() {
        OcspContent content =
                OcspContent.good(gateway.serialNumber(), authorities.now, RELIABLE_FOR);
        assertThatThrownBy(() -> authorities.sites.sign(content))
                .isInstanceOf(IllegalStateException.class);
        assertThat(authorities.gateways.certificate().getKeyUsage()[0]).isTrue();
        assertThat(authorities.sites.certificate().getKeyUsage()[0]).isFalse();
    }

    @Test
    void aTeleworkersCertificateNamesItAsAUser() throws Exception {
        Issued alice =
                authorities.teleworkers.issue(
                        EndEntityProfile.TELEWORKER,
                        CertificateNames.of(Identity.user("alice@acme.example")),
                        GeneratedKey.p256(authorities.random),
                        _ -> {});
        write("alice.pem", Pem.encode(alice.certificate()));
        write("teleworkers.pem", Pem.encode(authorities.teleworkers.certificate()));

        assertThat(
                        OpenSsl.run(
                                directory,
                                "verify",
                                "-x509_strict",
                                "-purpose",
                                "sslclient",
                                "-CAfile",
                                "root.pem",
                                "-untrusted",
                                "teleworkers.pem",
                                "alice.pem"))
                .contains("alice.pem: OK");
        assertThat(alice.certificate().getSubjectAlternativeNames().toString())
                .isEqualTo("[[1, alice@acme.example]]");
    }

    private String judged(OcspContent content) throws Exception {
        Files.write(directory.resolve("response.der"), authorities.gateways.sign(content));
        return OpenSsl.run(
                directory,
                "ocsp",
                "-respin",
                "response.der",
                "-issuer",
                "issuer.pem",
                "-cert",
                "gateway.pem",
                "-CAfile",
                "root.pem",
                "-verify_other",
                "issuer.pem");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
