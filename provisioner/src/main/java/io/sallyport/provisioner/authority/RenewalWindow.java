package io.sallyport.provisioner.authority;

import java.time.Duration;
import java.time.Instant;

/**
 * When a certificate should be renewed. Its holder renews from two thirds of its life on, each at a
 * moment of its own within a twelfth of the life, so that a fleet does not come at once. Whoever
 * has not renewed when five sixths are over is late: the rest is for people to look after it.
 *
 * @param dueFrom when renewing begins
 * @param lateFrom when somebody has to be told
 * @param notAfter when the certificate ends
 */
public record RenewalWindow(Instant dueFrom, Instant lateFrom, Instant notAfter) {
    /** How a certificate stands at some moment. */
    public enum State {
        /** Nothing is to be done. */
        NOT_DUE,
        /** Its holder should renew it by itself just now. */
        DUE,
        /** It should have been renewed. */
        LATE,
        /** It has ended without having been renewed. */
        EXPIRED
    }

    /** Of a certificate with this validity. */
    public static RenewalWindow of(Instant notBefore, Instant notAfter) {
        Duration life = Duration.between(notBefore, notAfter);
        return new RenewalWindow(
                notBefore.plus(life.multipliedBy(2).dividedBy(3)),
                notBefore.plus(life.multipliedBy(5).dividedBy(6)),
                notAfter);
    }

    /** How it stands at that moment. */
    public State at(Instant now) {
        if (now.isAfter(notAfter)) {
            return State.EXPIRED;
        }
        if (!now.isBefore(lateFrom)) {
            return State.LATE;
        }
        return now.isBefore(dueFrom) ? State.NOT_DUE : State.DUE;
    }
}
