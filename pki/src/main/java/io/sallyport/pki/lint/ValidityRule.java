package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Begins before it ends, within the issuer's validity; UTCTime through 2049, GeneralizedTime after,
 * seconds and Z.
 */
final class ValidityRule implements Rule {

    private static final Pattern UTC = Pattern.compile("[0-9]{12}Z");
    private static final Pattern GENERALIZED =
            Pattern.compile("20[5-9][0-9]{11}Z|2[1-9][0-9]{12}Z");

    @Override
    public String section() {
        return "4.1.2.5";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        TBSCertificate certificate = candidate.certificate();
        TBSCertificate issuer = candidate.issuer();
        Instant notBefore = instant(certificate.getStartDate());
        Instant notAfter = instant(certificate.getEndDate());
        if (!notBefore.isBefore(notAfter)) {
            return Optional.of("notBefore must be earlier than notAfter");
        }
        if (notBefore.isBefore(instant(issuer.getStartDate()))
                || notAfter.isAfter(instant(issuer.getEndDate()))) {
            return Optional.of("the validity must lie within the issuer's");
        }
        return Rule.unless(
                wellWritten(certificate.getStartDate()) && wellWritten(certificate.getEndDate()),
                "dates must be UTCTime through 2049 and GeneralizedTime after, in seconds and Z");
    }

    private static Instant instant(Time time) {
        return time.getDate().toInstant();
    }

    private static boolean wellWritten(Time time) {
        return switch (time.toASN1Primitive()) {
            case ASN1UTCTime utc -> UTC.matcher(utc.toString()).matches();
            case ASN1GeneralizedTime generalized ->
                    GENERALIZED.matcher(generalized.getTimeString()).matches();
            default -> false;
        };
    }
}
