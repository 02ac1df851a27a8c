package io.sallyport.gateway.listener;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * How many connections may be there that are no tunnel (yet). A source is an IPv4 address or an
 * IPv6 /56, which is what a household gets (RFC 6177). Holds as many entries as there are
 * connections, at most. Thread-safe.
 *
 * <p>A source has a bound, and never more than a quarter of the places that are free: who has a few
 * sources cannot take all places, and the more there are taken, the fewer each can add.
 */
public final class AcceptLimits {
    /** One in so many free places is for one source. */
    private static final int SHARE = 4;

    private final int most;
    private final int mostOfSource;
    private final Map<Source, Integer> bySource = new HashMap<>();
    private int all;

    /**
     * @param most in all
     * @param mostOfSource from one source
     */
    public AcceptLimits(int most, int mostOfSource) {
        this.most = most;
        this.mostOfSource = mostOfSource;
    }

    /** What came of an attempt. */
    public enum Admission {
        ADMITTED,
        TOO_MANY,
        TOO_MANY_FROM_SOURCE
    }

    /** Lets a connection in, which {@link #left} has to follow, or not. */
    synchronized Admission admit(InetAddress address) {
        if (all >= most) {
            return Admission.TOO_MANY;
        }
        Source source = Source.of(address);
        int ofSource = bySource.getOrDefault(source, 0);
        int share = Math.max(1, (most - all) / SHARE);
        if (ofSource >= Math.min(mostOfSource, share)) {
            return Admission.TOO_MANY_FROM_SOURCE;
        }
        bySource.put(source, ofSource + 1);
        all++;
        return Admission.ADMITTED;
    }

    /** A connection that was let in is closed, or a tunnel. */
    synchronized void left(InetAddress address) {
        bySource.compute(
                Source.of(address), (_, count) -> count == null || count <= 1 ? null : count - 1);
        all--;
    }

    /** How many there are. */
    public synchronized int present() {
        return all;
    }

    /** How many there may be. */
    public int most() {
        return most;
    }

    /** How many there may be from one source. */
    public int mostOfSource() {
        return mostOfSource;
    }

    private record Source(int octets, long prefix) {
        static Source of(InetAddress address) {
            ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
            return octets.remaining() == 4
                    ? new Source(4, octets.getInt())
                    : new Source(16, octets.getLong() >>> 8);
        }
    }
}
