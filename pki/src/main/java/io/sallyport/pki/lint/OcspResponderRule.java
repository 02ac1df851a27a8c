package io.sallyport.pki.lint;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;

import java.util.Optional;

/**
 * Whoever signs OCSP responses for an authority does nothing else, and need not be checked for
 * revocation; nobody else goes unchecked.
 */
final class OcspResponderRule implements Rule {

    @Override
    public String standard() {
        return "RFC 6960";
    }

    @Override
    public String section() {
        return "4.2.2.2";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> unchecked =
                candidate.extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck);
        Optional<ExtendedKeyUsage> usages =
                candidate
                        .extension(Extension.extendedKeyUsage)
                        .map(found -> ExtendedKeyUsage.getInstance(Candidate.parsed(found)));
        boolean responder =
                usages.filter(each -> each.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning))
                        .isPresent();
        if (responder != unchecked.isPresent()) {
            return Optional.of("OCSPSigning and id-pkix-ocsp-nocheck come together");
        }
        if (!responder) {
            return Optional.empty();
        }
        return Rule.unless(
                usages.get().size() == 1
                        && !unchecked.get().isCritical()
                        && Candidate.parsed(unchecked.get()).equals(DERNull.INSTANCE),
                "a responder has no other purpose, and id-pkix-ocsp-nocheck is NULL, not critical");
    }
}
