package io.sallyport.gateway.datapath;

/**
 * A bandwidth limit. A packet may pass while there is credit, also a longer one than the credit, so
 * that joined segments need not be cut for it; what is overdrawn is paid back before the next one
 * passes, so that the mean is exact. Thread-safe.
 */
final class TokenBucket {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** What may pass at once after a rest: 50 ms, but room for a few packets at any rate. */
    private static final int BURSTS_PER_SECOND = 20;

    private static final long LEAST_BURST_OCTETS = 16_384;

    private final double octetsPerNano;
    private final double burst;
    private double credit;
    private long filledAt;

    /**
     * @param bitsPerSecond positive
     */
    TokenBucket(long bitsPerSecond, long now) {
        long octetsPerSecond = Math.max(1, bitsPerSecond / 8);
        octetsPerNano = (double) octetsPerSecond / NANOS_PER_SECOND;
        burst = Math.max(LEAST_BURST_OCTETS, octetsPerSecond / BURSTS_PER_SECOND);
        credit = burst;
        filledAt = now;
    }

    /** Takes octets if there is credit; a packet that gets none is to be dropped. */
    synchronized boolean take(int octets, long now) {
        fill(now);
        if (credit <= 0) {
            return false;
        }
        credit -= octets;
        return true;
    }

    /** Takes octets in any case: for who then waits as long as {@link #nanosToCredit} says. */
    synchronized void overdraw(int octets, long now) {
        fill(now);
        credit -= octets;
    }

    /** Nanoseconds until there is credit; 0 if there is some. */
    synchronized long nanosToCredit(long now) {
        fill(now);
        return credit > 0 ? 0 : (long) (-credit / octetsPerNano) + 1;
    }

    private void fill(long now) {
        long elapsed = now - filledAt;
        if (elapsed > 0) {
            credit = Math.min(burst, credit + elapsed * octetsPerNano);
            filledAt = now;
        }
    }
}
