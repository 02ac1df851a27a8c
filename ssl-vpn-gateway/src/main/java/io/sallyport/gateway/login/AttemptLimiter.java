package io.sallyport.gateway.login;

import io.sallyport.wire.IpAddress;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;

/**
 * Bounds the failed logins per source address, before anybody is asked: a bucket of attempts that
 * refills with time. An attempt that succeeds is given back, so that an office behind one address
 * is not locked out by its size. A source is an IPv4 address or an IPv6 /56, which is what a
 * household gets (RFC 6177). Thread-safe; never blocks for long.
 *
 * <p>The table is bounded. When it is full the source that was heard of least recently is
 * forgotten: who commands so many addresses could change them anyway, and each user's own limit is
 * kept by the authority.
 */
public final class AttemptLimiter {
    private static final int MAX_SOURCES = 16_384;

    private final int burst;
    private final long nanosPerAttempt;
    private final LongSupplier nanoTime;
    private final LinkedHashMap<Source, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param burst attempts that a source has at once, at least 1
     * @param perAttempt after this time it has one more
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public AttemptLimiter(int burst, Duration perAttempt, LongSupplier nanoTime) {
        if (burst < 1 || !perAttempt.isPositive()) {
            throw new IllegalArgumentException("expected at least one attempt, and some time");
        }
        this.burst = burst;
        this.nanosPerAttempt = perAttempt.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Takes an attempt.
     *
     * @return zero, or how long the source has to wait for the next one
     */
    synchronized Duration take(IpAddress address) {
        Source source = Source.of(address);
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(source, _ -> new Bucket(now));
        // The bucket is full when the time at which it would be is not later than now.
        bucket.fullAt = later(bucket.fullAt, now);
        long emptiedBy = bucket.fullAt - now + nanosPerAttempt;
        long over = emptiedBy - burst * nanosPerAttempt;
        if (over > 0) {
            return Duration.ofNanos(over);
        }
        bucket.fullAt += nanosPerAttempt;
        while (buckets.size() > MAX_SOURCES) {
            buckets.pollFirstEntry();
        }
        return Duration.ZERO;
    }

    /** Gives an attempt back that did not fail. */
    synchronized void giveBack(IpAddress address) {
        Source source = Source.of(address);
        Bucket bucket = buckets.get(source);
        if (bucket == null) {
            return;
        }
        bucket.fullAt -= nanosPerAttempt;
        if (bucket.fullAt - nanoTime.getAsLong() <= 0) {
            buckets.remove(source);
        }
    }

    /** How many sources are remembered. */
    synchronized int sources() {
        return buckets.size();
    }

    private static long later(long time, long other) {
        return time - other > 0 ? time : other;
    }

    private static final class Bucket {
        private long fullAt;

        Bucket(long fullAt) {
            this.fullAt = fullAt;
        }
    }

    private record Source(int octets, long prefix) {
        static Source of(IpAddress address) {
            byte[] octets = address.address().getAddress();
            ByteBuffer buffer = ByteBuffer.wrap(octets);
            return new Source(
                    octets.length, octets.length == 4 ? buffer.getInt() : buffer.getLong() >>> 8);
        }
    }
}
