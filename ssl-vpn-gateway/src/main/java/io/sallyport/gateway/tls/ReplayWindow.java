package io.sallyport.gateway.tls;

/**
 * Which record numbers have been seen: the 64 up to the highest (RFC 6347 section 4.1.2.6). Numbers
 * go in only after the tag of their record was found right.
 */
final class ReplayWindow {

    private static final int SIZE = Long.SIZE;

    private long highest = -1;
    // Bit n: the number highest - n was seen.
    private long seen;

    /** Whether a record with this number may still be taken. */
    boolean fresh(long number) {
        long age = highest - number;
        return age < 0 || (age < SIZE && (seen & 1L << age) == 0);
    }

    /** A record with this fresh number was genuine. */
    void mark(long number) {
        long age = highest - number;
        if (age >= 0) {
            seen |= 1L << age;
            return;
        }
        // A shift by 64 or more would be one by its remainder.
        seen = -age < SIZE ? seen << -age | 1 : 1;
        highest = number;
    }
}
