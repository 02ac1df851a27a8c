package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** None but those that a rule here looks at, none twice. */
final class ExtensionsRule implements Rule {

    private static final Set<ASN1ObjectIdentifier> KNOWN =
            Set.of(
                    Extension.authorityKeyIdentifier,
                    Extension.subjectKeyIdentifier,
                    Extension.keyUsage,
                    Extension.subjectAlternativeName,
                    Extension.basicConstraints,
                    Extension.nameConstraints,
                    Extension.extendedKeyUsage,
                    Extension.cRLDistributionPoints,
                    Extension.authorityInfoAccess,
                    OCSPObjectIdentifiers.id_pkix_ocsp_nocheck);

    @Override
    public String section() {
        return "4.2";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Extensions extensions = candidate.certificate().getExtensions();
        if (extensions == null) {
            return Optional.of("there must be extensions");
        }
        // Repetition is refused by the decoder, which is also how it is reported.
        return Arrays.stream(extensions.getExtensionOIDs())
                .filter(oid -> !KNOWN.contains(oid))
                .findFirst()
                .map(oid -> "extension %s is not checked by any rule".formatted(oid));
    }
}
