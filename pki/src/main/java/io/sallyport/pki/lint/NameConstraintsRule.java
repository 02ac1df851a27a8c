package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.Extension;

import java.util.Optional;

/** On authorities alone, critical, not empty, and of subtrees without minimum and maximum. */
final class NameConstraintsRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.10";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.nameConstraints);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (!candidate.authority()) {
            return Optional.of("only an authority has name constraints");
        }
        if (!found.get().isCritical()) {
            return Optional.of("name constraints must be critical");
        }
        return Rule.unless(
                !DecodedConstraints.of(found.get()).isEmpty(),
                "name constraints must not be empty");
    }
}
