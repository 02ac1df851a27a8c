package io.sallyport.concentrator.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells from tick to tick whether this process ran all the time, by a monotonic clock, and whether
 * the wall clock was set meanwhile. Owned by {@link Observations}, under its lock.
 */
final class Ticks {
    /** Longer between two ticks means that this process did not run: nothing was watched. */
    static final Duration LOST = Duration.ofSeconds(5);

    private static final Duration SET = Duration.ofSeconds(1);

    private Instant last;
    private long lastNanos;

    Ticks(Instant now, long nanos) {
        last = now;
        lastNanos = nanos;
    }

    /**
     * Notes a tick.
     *
     * @return the tick before, if what follows it was not watched or has times of another clock
     */
    Optional<Instant> interruptedSince(Instant now, long nanos) {
        Instant before = last;
        Duration ran = Duration.ofNanos(nanos - lastNanos);
        Duration set = Duration.between(last, now).minus(ran).abs();
        last = now;
        lastNanos = nanos;
        return Optional.of(before).filter(_ -> ran.compareTo(LOST) > 0 || set.compareTo(SET) > 0);
    }
}
