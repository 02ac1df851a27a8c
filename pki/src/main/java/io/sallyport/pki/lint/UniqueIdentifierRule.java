package io.sallyport.pki.lint;

import java.util.Optional;

/** No issuerUniqueID and no subjectUniqueID. */
final class UniqueIdentifierRule implements Rule {

    @Override
    public String section() {
        return "4.1.2.8";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        return Rule.unless(
                candidate.certificate().getIssuerUniqueId() == null
                        && candidate.certificate().getSubjectUniqueId() == null,
                "unique identifiers must not be generated");
    }
}
