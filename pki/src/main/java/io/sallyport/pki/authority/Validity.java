package io.sallyport.pki.authority;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * From when to when a certificate is valid, both inclusive, in whole seconds (RFC 5280 section
 * 4.1.2.5).
 *
 * @param notBefore the first second
 * @param notAfter the last second
 */
record Validity(Instant notBefore, Instant notAfter) {

    static Validity of(Instant now, Duration backdating, Duration lifetime) {
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        return new Validity(second.minus(backdating), second.plus(lifetime));
    }

    /** The part of it that lies within the issuer's validity. */
    Validity within(X509Certificate issuer) {
        Instant first = issuer.getNotBefore().toInstant();
        Instant last = issuer.getNotAfter().toInstant();
        return new Validity(
                notBefore.isBefore(first) ? first : notBefore,
                notAfter.isAfter(last) ? last : notAfter);
    }
}
