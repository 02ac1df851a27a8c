package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

import java.util.Optional;

/**
 * One common name of 1 to 64 characters (ub-common-name); or nothing, but never on an authority.
 */
final class SubjectRule implements Rule {

    private static final int LENGTH_AT_MOST = 64;

    @Override
    public String section() {
        return "4.1.2.6";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        X500Name subject = candidate.certificate().getSubject();
        if (subject.size() == 0) {
            return Rule.unless(!candidate.authority(), "an authority must have a name");
        }
        RDN[] commonNames = subject.getRDNs(BCStyle.CN);
        if (subject.size() != 1
                || commonNames.length != 1
                || commonNames[0].isMultiValued()
                || !(commonNames[0].getFirst().getValue() instanceof ASN1String text)) {
            return Optional.of("the subject must be one common name");
        }
        int length = text.getString().length();
        return Rule.unless(
                length >= 1 && length <= LENGTH_AT_MOST,
                "the common name must have 1 to 64 characters");
    }
}
