package io.sallyport.gateway.login;

import io.sallyport.wire.IpAddress;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds the failed logins per source address, before anybody is asked: each takes from a bucket
 * that refills with time. What succeeds takes nothing, so that an office behind one address is not
 * locked out by its size. Of one source a few are decided at a time, and the others wait: guesses
 * made at once can overdraw the bucket by no more than these. A source is an IPv4 address or an
 * IPv6 /56, which is what a household gets (RFC 6177). Thread-safe.
 *
 * <p>The table is bounded. When it is full the source that was heard of least recently is
 * forgotten: who commands so many addresses could change them anyway, and each user's own limit is
 * kept by the authority.
 */
public final class AttemptLimiter {
    private static final int MAX_SOURCES = 16_384;

    /** Attempts of a source that are decided at the same time. */
    static final int AT_ONCE = 8;

    /** An attempt waits so long for its turn among those of its source. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int burst;
    private final long nanosPerAttempt;
    private final Duration patience;
    private final LongSupplier nanoTime;
    private final LinkedHashMap<Source, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param burst failures that a source has at once, at least 1
     * @param perAttempt after this time it has one more
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public AttemptLimiter(int burst, Duration perAttempt, LongSupplier nanoTime) {
        this(burst, perAttempt, PATIENCE, nanoTime);
    }

    AttemptLimiter(int burst, Duration perAttempt, Duration patience, LongSupplier nanoTime) {
        if (burst < 1 || !perAttempt.isPositive()) {
            throw new IllegalArgumentException("expected at least one attempt, and some time");
        }
        this.burst = burst;
        this.nanosPerAttempt = perAttempt.toNanos();
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /** Whether an attempt may be made. */
    sealed interface Admission {}

    /** It may. To be closed when it was decided. */
    final class Attempt implements Admission, AutoCloseable {
        private final Source source;
        private final Bucket bucket;

        private Attempt(Source source, Bucket bucket) {
            this.source = source;
            this.bucket = bucket;
        }

        /** It counts. */
        void failed() {
            charge(bucket);
        }

        @Override
        public void close() {
            leave(source, bucket);
        }
    }

    /** Too many failed: after this time there may be one more. */
    record Closed(Duration remaining) implements Admission {}

    /** Too many others of this source are being decided. */
    record Crowded() implements Admission {}

    /** Begins an attempt. Blocks while others of this source are decided, up to 10 s. */
    Admission begin(IpAddress address) {
        Source source = Source.of(address);
        Bucket bucket = enter(source);
        boolean admitted = false;
        try {
            if (!bucket.places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return new Crowded();
            }
            // Only now: those before it may have failed.
            Duration wait = waitOf(bucket);
            admitted = wait.isZero();
            if (!admitted) {
                bucket.places.release();
                return new Closed(wait);
            }
            return new Attempt(source, bucket);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Crowded();
        } finally {
            if (!admitted) {
                forgetIfIdle(source, bucket);
            }
        }
    }

    /** How many sources are remembered. */
    synchronized int sources() {
        return buckets.size();
    }

    private synchronized Bucket enter(Source source) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(source, _ -> new Bucket(now));
        bucket.visitors++;
        while (buckets.size() > MAX_SOURCES) {
            buckets.pollFirstEntry();
        }
        return bucket;
    }

    private synchronized Duration waitOf(Bucket bucket) {
        long now = nanoTime.getAsLong();
        // The bucket is full when the time at which it would be is not later than now.
        long emptiedBy = later(bucket.fullAt, now) - now + nanosPerAttempt;
        return Duration.ofNanos(Math.max(0, emptiedBy - burst * nanosPerAttempt));
    }

    private synchronized void charge(Bucket bucket) {
        bucket.fullAt = later(bucket.fullAt, nanoTime.getAsLong()) + nanosPerAttempt;
    }

    private void leave(Source source, Bucket bucket) {
        bucket.places.release();
        forgetIfIdle(source, bucket);
    }

    /** What is full and has nobody in it says nothing. */
    private synchronized void forgetIfIdle(Source source, Bucket bucket) {
        bucket.visitors--;
        if (bucket.visitors == 0 && bucket.fullAt - nanoTime.getAsLong() <= 0) {
            buckets.remove(source, bucket);
        }
    }

    private static long later(long time, long other) {
        return time - other > 0 ? time : other;
    }

    private static final class Bucket {
        private final Semaphore places = new Semaphore(AT_ONCE, true);
        private long fullAt;
        private int visitors;

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
