package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.Command;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Four readers that share no code with each other decide about our certificates: OpenSSL, GnuTLS,
 * strongSwan and the JDK's path validation. All accept what an authority issues, and all refuse
 * what a thief of its key would issue against its name constraints.
 */
class IndependentReadersTest {

    // Name constraints are a plugin's business, which the command does not load by itself.
    private static final String STRONGSWAN =
            "pki { load = random openssl pem x509 pkcs1 pkcs8 pubkey constraints }\n";

    @TempDir Path directory;

    private final TestAuthorities authorities = TestAuthorities.now();

    /** Profile, a name that its authority may certify, and one that it may not. */
    static Stream<Arguments> names() {
        return Stream.of(
                Arguments.of(
                        EndEntityProfile.BRANCH,
                        Identity.dns("b1.customer.example"),
                        Identity.dns("b1.customer.example.net")),
                Arguments.of(
                        EndEntityProfile.CONCENTRATOR_IKE,
                        Identity.dns("c1.concentrators.example"),
                        Identity.user("alice@customer.example")),
                Arguments.of(
                        EndEntityProfile.TELEWORKER,
                        Identity.user("alice@customer.example"),
                        Identity.user("alice@customer.example.net")),
                Arguments.of(
                        EndEntityProfile.TELEWORKER,
                        Identity.user("bob@customer.example"),
                        Identity.dns("c1.concentrators.example")),
                Arguments.of(
                        EndEntityProfile.GATEWAY_TLS,
                        Identity.dns("vpn.customer.test"),
                        Identity.dns("c1.concentrators.example")),
                Arguments.of(
                        EndEntityProfile.GATEWAY_TLS,
                        Identity.ip("192.0.2.1"),
                        Identity.dns("g1.gateways.example")),
                Arguments.of(
                        EndEntityProfile.TLS_CLIENT,
                        Identity.dns("c1.concentrators.example"),
                        Identity.user("alice@customer.example")),
                Arguments.of(
                        EndEntityProfile.TLS_SERVER,
                        Identity.dns("api.customer.test"),
                        Identity.user("alice@customer.example")));
    }

    @BeforeEach
    void writeRoot() throws IOException {
        Files.writeString(directory.resolve("strongswan.conf"), STRONGSWAN);
        write("root.pem", authorities.root.certificate());
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("names")
    void allAcceptWhatItMayCertifyAndRefuseTheRest(
            EndEntityProfile profile, Identity own, Identity foreign) throws Exception {
        CertificateAuthority issuer = authorities.issuerOf(profile);
        write("issuer.pem", issuer.certificate());
        GeneratedKey key = GeneratedKey.p256(authorities.random);

        X509Certificate good =
                issuer.issue(profile, CertificateNames.of(own), key, _ -> {}).certificate();
        assertThat(verdicts(issuer, good)).isEqualTo(new Verdicts(true, true, true, true));

        X509Certificate stolen = authorities.issuedByAThief(issuer, profile, foreign, key);
        assertThat(verdicts(issuer, stolen)).isEqualTo(new Verdicts(false, false, false, false));
    }

    @Test
    void allAcceptWhoSignsOcspResponses() throws Exception {
        write("issuer.pem", authorities.sites.certificate());
        List<X509Certificate> issued = new ArrayList<>();
        var _ = authorities.sites.delegateOcsp(it -> issued.add(it.certificate()));
        assertThat(verdicts(authorities.sites, issued.getFirst()))
                .isEqualTo(new Verdicts(true, true, true, true));
    }

    @Test
    void gnuTlsReadsACrlAndWhatItRevokes() throws Exception {
        write("issuer.pem", authorities.sites.certificate());
        write("stranger.pem", authorities.gateways.certificate());
        Issued revoked = authorities.issueBranch("b1.customer.example");
        Instant now = authorities.now;
        var entry = new RevokedCertificate(revoked.serialNumber(), now, CRLReason.KEY_COMPROMISE);
        Files.writeString(
                directory.resolve("crl.pem"),
                Pem.encode(
                        authorities.sites.sign(
                                new CrlContent(
                                        CrlNumber.of(7),
                                        now,
                                        now.plus(Duration.ofDays(7)),
                                        List.of(entry)))));
        String verify = "certtool --verify-crl --infile crl.pem --load-ca-certificate ";
        Command.Result result = Command.attempt(directory, (verify + "issuer.pem").split(" "));
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output())
                .contains("CRL Number (not critical): 07", "Revoked certificates (1)")
                .contains(revoked.serialNumber().toString(16));
        assertThat(accepts(verify + "stranger.pem")).isFalse();
    }

    private record Verdicts(boolean openssl, boolean gnutls, boolean strongswan, boolean jdk) {}

    private Verdicts verdicts(CertificateAuthority issuer, X509Certificate certificate)
            throws Exception {
        write("certificate.pem", certificate);
        Files.writeString(
                directory.resolve("chain.pem"),
                Pem.encode(
                        List.of(
                                certificate,
                                issuer.certificate(),
                                authorities.root.certificate())));
        return new Verdicts(
                accepts(
                        "openssl verify -x509_strict -CAfile root.pem -untrusted issuer.pem"
                                + " certificate.pem"),
                accepts("certtool --verify --load-ca-certificate root.pem --infile chain.pem"),
                accepts(
                        "env STRONGSWAN_CONF=strongswan.conf pki --verify --in certificate.pem"
                                + " --cacert issuer.pem --cacert root.pem"),
                jdkAccepts(certificate, issuer));
    }

    private boolean accepts(String command) throws Exception {
        Command.Result result = Command.attempt(directory, command.split(" "));
        return result.status() == 0;
    }

    private boolean jdkAccepts(X509Certificate certificate, CertificateAuthority issuer)
            throws Exception {
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(authorities.root.certificate(), null)));
        parameters.setRevocationEnabled(false);
        try {
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(List.of(certificate, issuer.certificate())),
                            parameters);
            return true;
        } catch (CertPathValidatorException _) {
            return false;
        }
    }

    private void write(String name, X509Certificate certificate) throws IOException {
        Files.writeString(directory.resolve(name), Pem.encode(certificate));
    }
}
