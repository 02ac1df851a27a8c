package io.sallyport.pki.lint;

import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.util.List;
import java.util.Optional;

/**
 * On all but authorities: well-formed names. The first is the common name, or the subject is empty
 * and this extension critical.
 */
final class SubjectAlternativeNameRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.6";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.subjectAlternativeName);
        if (candidate.authority()) {
            return Rule.unless(found.isEmpty(), "an authority has no subject alternative name");
        }
        if (found.isEmpty()) {
            return Optional.of("there must be a subject alternative name");
        }
        List<Identity> names;
        try {
            names = AlternativeNames.of(found.get());
        } catch (IllegalArgumentException e) {
            return Optional.of("a subject alternative name is malformed: " + e.getMessage());
        }
        if (candidate.certificate().getSubject().size() == 0) {
            return Rule.unless(
                    found.get().isCritical(),
                    "a subject alternative name must be critical when the subject is empty");
        }
        return Rule.unless(
                commonName(candidate.certificate()).equals(names.getFirst().text()),
                "the common name must be the first subject alternative name");
    }

    private static String commonName(TBSCertificate certificate) {
        return certificate.getSubject().getRDNs(BCStyle.CN)[0].getFirst().getValue().toString();
    }
}
