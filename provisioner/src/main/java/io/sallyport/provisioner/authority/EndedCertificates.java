package io.sallyport.provisioner.authority;

import java.time.Duration;
import java.time.Instant;

/**
 * For how long after its end the certificate of a teleworker's device still renews itself, and is
 * good for nothing else. After every weekend it has ended.
 */
public final class EndedCertificates {
    /** Longer than holidays are; as long as the longest enrolment secret is good for. */
    public static final Duration RENEWABLE_FOR = Duration.ofDays(30);

    private EndedCertificates() {}

    /** Whether one with this end may renew itself at that moment. */
    public static boolean mayRenewAt(Instant notAfter, Instant now) {
        return !now.isAfter(notAfter.plus(RENEWABLE_FOR));
    }
}
