package io.sallyport.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it. */
public final class TestClock extends Clock {
    private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

    private long nanoTime;

    /** Lets time pass. */
    public TestClock pass(Duration time) {
        now = now.plus(time);
        nanoTime += time.toNanos();
        return this;
    }

    /** Is set forward, or back; no time passes. */
    public TestClock step(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** As {@link System#nanoTime}: time that passed, whatever the clock was set to. */
    public long nanoTime() {
        return nanoTime;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
