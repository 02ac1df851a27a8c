package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

import java.util.Optional;

/** Exactly one common name of 1 to 64 characters (ub-common-name). */
final class SubjectRule implements Rule {

    private static final int LENGTH_AT_MOST = 64;

    @Override
    public String section() {
        return "4.1.2.6";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        X500Name subject = candidate.certificate().getSubject();
        RDN[] commonNames = subject.getRDNs(BCStyle.CN);
        if (commonNames.length != 1
                || commonNames[0].isMultiValued()
                || !(commonNames[0].getFirst().getValue() instanceof ASN1String text)) {
            return Optional.of("the subject must have one common name");
        }
        int length = text.getString().length();
        return Rule.unless(
                length >= 1 && length <= LENGTH_AT_MOST,
                "the common name must have 1 to 64 characters");
    }
}
