package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

import java.util.Optional;

/** Present and not critical; of 8 to 32 octets, so neither cut nor more than a digest. */
final class SubjectKeyIdentifierRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.2";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.subjectKeyIdentifier);
        if (found.isEmpty() || found.get().isCritical()) {
            return Optional.of("the subject key identifier must be there and not critical");
        }
        int octets =
                SubjectKeyIdentifier.getInstance(Candidate.parsed(found.get()))
                        .getKeyIdentifier()
                        .length;
        return Rule.unless(
                octets >= 8 && octets <= 32, "the subject key identifier must have 8 to 32 octets");
    }
}
