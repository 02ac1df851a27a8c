package io.sallyport.vici;

import java.time.Duration;

/**
 * A moment on the monotonic clock by which something must be done, and how much time there was for
 * it.
 */
record Deadline(long atNanos, Duration limit) {
    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos(), limit);
    }

    /** The earlier of this one and one that begins now. */
    Deadline orIn(Duration other) {
        return other.toNanos() < remainingNanos() ? in(other) : this;
    }

    long remainingNanos() {
        return atNanos - System.nanoTime();
    }

    boolean isOver() {
        return remainingNanos() <= 0;
    }

    /** Rounded up, so that waiting this long ends after the deadline; at least 1. */
    long remainingMillis() {
        return Math.max(1, (remainingNanos() + 999_999) / 1_000_000);
    }

    ViciTimeoutException missed(String what) {
        return new ViciTimeoutException("%s took longer than %s".formatted(what, limit));
    }
}
