package io.sallyport.pki.lint;

import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.Printable;

import org.bouncycastle.asn1.x509.Extension;

import java.util.Optional;

/** All names lie within the name constraints of the issuer, as path validation will ask. */
final class PermittedNamesRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.10";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        NameConstraints constraints =
                Candidate.extension(candidate.issuer(), Extension.nameConstraints)
                        .map(DecodedConstraints::of)
                        .orElse(NameConstraints.NONE);
        return candidate
                .extension(Extension.subjectAlternativeName)
                .map(AlternativeNames::of)
                .flatMap(constraints::forbidden)
                .map(name -> "the issuer's name constraints forbid " + Printable.of(name.text()));
    }
}
