package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.TBSCertificate;

import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Runs all rules on a certificate that is about to be signed. Pure and quick; any thread. */
public final class CertificateLinter {

    private static final List<Rule> RULES =
            List.of(
                    new DerRule(),
                    new VersionRule(),
                    new SerialNumberRule(),
                    new SignatureAlgorithmRule(),
                    new IssuerRule(),
                    new ValidityRule(),
                    new SubjectRule(),
                    new PublicKeyRule(),
                    new UniqueIdentifierRule(),
                    new ExtensionsRule(),
                    new AuthorityKeyIdentifierRule(),
                    new SubjectKeyIdentifierRule(),
                    new KeyUsageRule(),
                    new SubjectAlternativeNameRule(),
                    new NameConstraintsRule(),
                    new BasicConstraintsRule(),
                    new PermittedNamesRule(),
                    new ExtendedKeyUsageRule(),
                    new OcspResponderRule(),
                    new CrlDistributionPointsRule(),
                    new AuthorityInformationAccessRule());

    private CertificateLinter() {}

    /**
     * Checks a certificate that the issuer is about to sign.
     *
     * @param toBeSigned the DER encoding of TBSCertificate
     * @param issuer the certificate of the authority that will sign
     * @throws LintViolationException naming the first rule that is broken
     */
    public static void check(byte[] toBeSigned, X509Certificate issuer) {
        try {
            run(
                    new Candidate(
                            decode(toBeSigned),
                            ByteBuffer.wrap(toBeSigned),
                            decode(issuer.getTBSCertificate())));
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("an issuer that has no encoding", e);
        }
    }

    /**
     * Checks a root certificate, which will be signed with its own key.
     *
     * @param toBeSigned the DER encoding of TBSCertificate
     * @throws LintViolationException naming the first rule that is broken
     */
    public static void checkSelfSigned(byte[] toBeSigned) {
        TBSCertificate certificate = decode(toBeSigned);
        run(new Candidate(certificate, ByteBuffer.wrap(toBeSigned), certificate));
    }

    private static TBSCertificate decode(byte[] toBeSigned) {
        try {
            return TBSCertificate.getInstance(toBeSigned);
        } catch (RuntimeException e) { // the ASN.1 library declares no exception and throws many
            throw new LintViolationException(
                    "Encoding", "RFC 5280 section 4.1", "no TBSCertificate", e);
        }
    }

    private static void run(Candidate candidate) {
        for (Rule rule : RULES) {
            Optional<String> found;
            try {
                found = rule.violation(candidate);
            } catch (RuntimeException e) { // an extension that its own decoder refuses
                throw broken(rule, "cannot be decoded", e);
            }
            if (found.isPresent()) {
                throw broken(rule, found.get(), null);
            }
        }
    }

    private static LintViolationException broken(Rule rule, String found, RuntimeException cause) {
        return new LintViolationException(
                rule.getClass().getSimpleName(),
                "%s section %s".formatted(rule.standard(), rule.section()),
                found,
                cause);
    }
}
