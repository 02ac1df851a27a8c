package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;

import java.util.Optional;

/**
 * On all but authorities: present, not critical (RFC 4945 section 5.1.3.12), and never
 * anyExtendedKeyUsage.
 */
final class ExtendedKeyUsageRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.12";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.extendedKeyUsage);
        if (candidate.authority()) {
            return Rule.unless(found.isEmpty(), "an authority has no extended key usage");
        }
        if (found.isEmpty() || found.get().isCritical()) {
            return Optional.of("the extended key usage must be there and not critical");
        }
        return Rule.unless(
                !ExtendedKeyUsage.getInstance(Candidate.parsed(found.get()))
                        .hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage),
                "anyExtendedKeyUsage allows everything");
    }
}
