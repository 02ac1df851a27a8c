package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;

import java.time.Instant;
import java.util.Optional;

/** A next update, later than this one. */
final class CrlDatesRule implements CrlRule {

    @Override
    public String section() {
        return "5.1.2.5";
    }

    @Override
    public Optional<String> violation(TBSCertList list, TBSCertificate issuer) {
        return Rule.unless(
                list.getNextUpdate() != null
                        && instant(list.getThisUpdate()).isBefore(instant(list.getNextUpdate())),
                "nextUpdate must be there, and later than thisUpdate");
    }

    private static Instant instant(Time time) {
        return time.getDate().toInstant();
    }
}
