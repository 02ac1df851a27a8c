package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

import java.util.Arrays;
import java.util.Optional;

/** Present, not critical, and the issuer's subject key identifier. */
final class AuthorityKeyIdentifierRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.1";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.authorityKeyIdentifier);
        if (found.isEmpty() || found.get().isCritical()) {
            return Optional.of("the authority key identifier must be there and not critical");
        }
        byte[] own =
                AuthorityKeyIdentifier.getInstance(Candidate.parsed(found.get()))
                        .getKeyIdentifierOctets();
        boolean issuers =
                Candidate.extension(candidate.issuer(), Extension.subjectKeyIdentifier)
                        .map(key -> SubjectKeyIdentifier.getInstance(Candidate.parsed(key)))
                        .filter(key -> Arrays.equals(own, key.getKeyIdentifier()))
                        .isPresent();
        return Rule.unless(
                issuers,
                "the authority key identifier must be the issuer's subject key identifier");
    }
}
