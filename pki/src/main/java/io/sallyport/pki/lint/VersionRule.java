package io.sallyport.pki.lint;

import java.util.Optional;

/** Version 3, because there are extensions. */
final class VersionRule implements Rule {

    @Override
    public String section() {
        return "4.1.2.1";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        return Rule.unless(
                candidate.certificate().getVersionNumber() == 3, "the version must be 3");
    }
}
