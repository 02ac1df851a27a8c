package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Runs all rules on a CRL that is about to be signed. Pure; any thread. */
public final class CrlLinter {

    private static final List<CrlRule> RULES =
            List.of(
                    new CrlVersionRule(),
                    new CrlSignatureRule(),
                    new CrlIssuerRule(),
                    new CrlDatesRule(),
                    new CrlEntriesRule(),
                    new CrlExtensionsRule());

    private CrlLinter() {}

    /**
     * Checks a CRL that the issuer is about to sign.
     *
     * @param toBeSigned the DER encoding of TBSCertList
     * @param issuer the certificate of the authority that will sign
     * @throws LintViolationException naming the first rule that is broken
     */
    public static void check(byte[] toBeSigned, X509Certificate issuer) {
        TBSCertList list;
        TBSCertificate authority;
        try {
            authority = TBSCertificate.getInstance(issuer.getTBSCertificate());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("an issuer that has no encoding", e);
        }
        try {
            list = TBSCertList.getInstance(toBeSigned);
        } catch (RuntimeException e) { // the ASN.1 library declares no exception and throws many
            throw new LintViolationException(
                    "Encoding", "RFC 5280 section 5.1", "no TBSCertList", e);
        }
        for (CrlRule rule : RULES) {
            String name = rule.getClass().getSimpleName();
            String source = "RFC 5280 section " + rule.section();
            Optional<String> violation;
            try {
                violation = rule.violation(list, authority);
            } catch (RuntimeException e) { // an extension that its own decoder refuses
                throw new LintViolationException(name, source, "cannot be decoded", e);
            }
            if (violation.isPresent()) {
                throw new LintViolationException(name, source, violation.get(), null);
            }
        }
    }
}
