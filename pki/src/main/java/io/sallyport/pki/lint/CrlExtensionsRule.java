package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The issuer's key identifier (section 5.2.1) and a CRL number of at most 20 octets (section
 * 5.2.3), not critical; and nothing else: no delta, no part.
 */
final class CrlExtensionsRule implements CrlRule {

    private static final int NUMBER_OCTETS_AT_MOST = 20;

    @Override
    public String section() {
        return "5.2";
    }

    @Override
    public Optional<String> violation(TBSCertList list, TBSCertificate issuer) {
        Extensions extensions = list.getExtensions();
        if (extensions == null
                || extensions.getCriticalExtensionOIDs().length != 0
                || !Set.of(extensions.getExtensionOIDs())
                        .equals(Set.of(Extension.authorityKeyIdentifier, Extension.cRLNumber))) {
            return Optional.of(
                    "a CRL has an authority key identifier and a number, and nothing critical");
        }
        BigInteger number =
                ASN1Integer.getInstance(
                                Candidate.parsed(extensions.getExtension(Extension.cRLNumber)))
                        .getValue();
        if (number.signum() < 0 || number.toByteArray().length > NUMBER_OCTETS_AT_MOST) {
            return Optional.of("the CRL number must not be negative, nor have over 20 octets");
        }
        byte[] own = AuthorityKeyIdentifier.fromExtensions(extensions).getKeyIdentifierOctets();
        boolean issuers =
                Candidate.extension(issuer, Extension.subjectKeyIdentifier)
                        .map(key -> SubjectKeyIdentifier.getInstance(Candidate.parsed(key)))
                        .filter(key -> Arrays.equals(own, key.getKeyIdentifier()))
                        .isPresent();
        return Rule.unless(
                issuers,
                "the authority key identifier must be the issuer's subject key identifier");
    }
}
