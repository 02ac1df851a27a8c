package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.Command;
import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

class RevocationTest {

    private final TestAuthorities authorities = TestAuthorities.now();
    private final Instant now = authorities.now;
    private final Issued good = authorities.issueBranch("good.customer.example");
    private final Issued revoked = authorities.issueBranch("revoked.customer.example");
    private final X509CRL rootCrl = authorities.root.sign(content(CrlNumber.FIRST, List.of()));

    @Test
    void theJdkRefusesWhatTheCrlRevokes() throws Exception {
        X509CRL crl = authorities.sites.sign(content(CrlNumber.of(7), List.of(entry(revoked))));

        assertThatCode(() -> validate(good, crl)).doesNotThrowAnyException();
        assertThatThrownBy(() -> validate(revoked, crl))
                .isInstanceOfSatisfying(
                        CertPathValidatorException.class,
                        e ->
                                assertThat(e.getReason())
                                        .isEqualTo(CertPathValidatorException.BasicReason.REVOKED));
    }

    @Test
    void theRootRevokesAnIssuingAuthority() throws Exception {
        X509CRL crl = authorities.sites.sign(content(CrlNumber.FIRST, List.of()));
        X509CRL fromRoot =
                authorities.root.sign(
                        content(
                                CrlNumber.of(2),
                                List.of(
                                        new RevokedCertificate(
                                                authorities.sites.certificate().getSerialNumber(),
                                                now,
                                                CRLReason.CA_COMPROMISE))));
        assertThatCode(() -> validate(good, crl, rootCrl)).doesNotThrowAnyException();
        assertThatThrownBy(() -> validate(good, crl, fromRoot))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void opensslReadsAndVerifiesIt(@TempDir Path directory) throws Exception {
        List<RevokedCertificate> entries =
                List.of(
                        entry(revoked),
                        new RevokedCertificate(BigInteger.TWO, now, CRLReason.UNSPECIFIED));
        X509CRL crl = authorities.sites.sign(content(CrlNumber.of(258), entries));
        write(directory, crl);

        assertThat(OpenSsl.run(directory, "crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-text"))
                .contains("verify OK")
                .contains("Version 2 (0x1)")
                .contains("X509v3 CRL Number: \n                258\n")
                .contains("X509v3 Authority Key Identifier")
                .containsOnlyOnce("X509v3 CRL Reason Code: \n                Superseded")
                .containsOnlyOnce("CRL Reason Code");
        assertThat(opensslVerify(directory, good).output()).contains("certificate.pem: OK");
        assertThat(opensslVerify(directory, revoked).output()).contains("certificate revoked");
    }

    @Test
    void itMayBeEmpty(@TempDir Path directory) throws Exception {
        X509CRL crl = authorities.sites.sign(content(CrlNumber.FIRST, List.of()));
        write(directory, crl);

        assertThat(crl.getRevokedCertificates()).isNull();
        assertThat(opensslVerify(directory, good).output()).contains("certificate.pem: OK");
    }

    @Test
    void itCarriesItsNumber() {
        X509CRL crl = authorities.sites.sign(content(CrlNumber.of(41), List.of()));
        assertThat(CrlNumber.of(crl).next()).isEqualTo(CrlNumber.of(42));
    }

    @Test
    void itHoldsThousandsOfEntries(@TempDir Path directory) throws Exception {
        X509CRL crl = authorities.sites.sign(content(CrlNumber.FIRST, revoked(5_000)));
        assertThat(crl.getRevokedCertificates()).hasSize(5_000);
        write(directory, crl);
        assertThat(opensslVerify(directory, good).output()).contains("certificate.pem: OK");
    }

    /** What ADR 62 reckons with: a VICI value holds 65,535 octets. */
    @Test
    void with1200EntriesItFitsTheLengthOfAViciValue() throws Exception {
        X509CRL crl = authorities.sites.sign(content(CrlNumber.FIRST, revoked(1_200)));
        assertThat(crl.getEncoded()).hasSizeLessThanOrEqualTo(65_535);
    }

    private List<RevokedCertificate> revoked(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        _ ->
                                BigInteger.ONE
                                        .shiftLeft(151)
                                        .add(new BigInteger(150, authorities.random)))
                .map(s -> new RevokedCertificate(s, now, CRLReason.CESSATION_OF_OPERATION))
                .toList();
    }

    private CrlContent content(CrlNumber number, List<RevokedCertificate> entries) {
        return CrlContent.issuedAt(now, Duration.ofDays(1), number, entries);
    }

    private RevokedCertificate entry(Issued issued) {
        return new RevokedCertificate(issued.serialNumber(), now, CRLReason.SUPERSEDED);
    }

    private void validate(Issued issued, X509CRL crl) throws Exception {
        validate(issued, crl, rootCrl);
    }

    private void validate(Issued issued, X509CRL... crls) throws Exception {
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(authorities.root.certificate(), null)));
        parameters.addCertStore(
                CertStore.getInstance(
                        "Collection", new CollectionCertStoreParameters(Arrays.asList(crls))));
        parameters.setRevocationEnabled(true);
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509")
                                .generateCertPath(
                                        List.of(
                                                issued.certificate(),
                                                authorities.sites.certificate())),
                        parameters);
    }

    private void write(Path directory, X509CRL crl) throws Exception {
        Files.writeString(directory.resolve("crl.pem"), Pem.encode(crl));
        Files.writeString(
                directory.resolve("ca.pem"),
                Pem.encode(
                        List.of(authorities.sites.certificate(), authorities.root.certificate())));
    }

    private static Command.Result opensslVerify(Path directory, Issued issued) throws Exception {
        Files.writeString(directory.resolve("certificate.pem"), Pem.encode(issued.certificate()));
        return OpenSsl.attempt(
                directory,
                "verify",
                "-x509_strict",
                "-crl_check",
                "-CRLfile",
                "crl.pem",
                "-CAfile",
                "ca.pem",
                "certificate.pem");
    }
}
