package io.sallyport.node.provisioner;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts that double, each shortened at random to between half and all of itself
 * so that nodes do not return in step. Owned by one thread.
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    /** Begins with {@code first} and grows up to {@code longest}. */
    public Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    /** The pause before the next attempt. */
    public Duration next() {
        Duration pause = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        return Duration.ofNanos((long) (pause.toNanos() * (0.5 + random.nextDouble() / 2)));
    }

    /** An attempt succeeded: the next pause is a short one again. */
    public void reset() {
        next = first;
    }
}
