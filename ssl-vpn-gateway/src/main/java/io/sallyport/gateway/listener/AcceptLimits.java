package io.sallyport.gateway.listener;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many connections may be there that are no tunnel (yet). A source is an IPv4 address or an
 * IPv6 /56, which is what a household gets (RFC 6177). Holds as many entries as there are
 * connections, at most. Thread-safe.
 *
 * <p>When all places are taken, the source that has most of them loses its oldest connection to one
 * that has fewer. When each has one, the oldest of all is closed for a source that has none, unless
 * it came just now: a login is short and its client comes again, so who wants to shut others out
 * needs as many sources as there are places, and has to take them all anew each second.
 */
public final class AcceptLimits {
    /** What a connection has for itself. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    private final int most;
    private final int mostOfSource;
    private final LongSupplier nanos;
    private final Map<Source, Deque<Place>> bySource = new HashMap<>();
    private int all;

    /**
     * @param most in all
     * @param mostOfSource from one source
     * @param nanos as {@link System#nanoTime}
     */
    public AcceptLimits(int most, int mostOfSource, LongSupplier nanos) {
        this.nanos = nanos;
        this.most = most;
        this.mostOfSource = mostOfSource;
    }

    /** What came of an attempt. */
    sealed interface Admission {}

    /**
     * It is let in, which {@link #left} has to follow.
     *
     * @param displaced to be closed for it
     */
    record Admitted(Place place, Optional<SocketChannel> displaced) implements Admission {}

    /** It is not. */
    enum Refused implements Admission {
        TOO_MANY,
        TOO_MANY_FROM_SOURCE
    }

    /** Of a connection that was let in. */
    static final class Place {
        private final Source source;
        private final SocketChannel channel;
        private final long since;

        private Place(Source source, SocketChannel channel, long since) {
            this.source = source;
            this.channel = channel;
            this.since = since;
        }
    }

    /** Lets a connection in, or not. */
    synchronized Admission admit(InetAddress address, SocketChannel channel) {
        Source source = Source.of(address);
        int ofSource = bySource.getOrDefault(source, new ArrayDeque<>()).size();
        if (ofSource >= mostOfSource) {
            return Refused.TOO_MANY_FROM_SOURCE;
        }
        long now = nanos.getAsLong();
        Optional<Place> displaced = Optional.empty();
        if (all >= most) {
            displaced = displacedFor(ofSource, now);
            if (displaced.isEmpty()) {
                return Refused.TOO_MANY;
            }
            left(displaced.get());
        }
        Place place = new Place(source, channel, now);
        bySource.computeIfAbsent(source, _ -> new ArrayDeque<>()).add(place);
        all++;
        return new Admitted(place, displaced.map(left -> left.channel));
    }

    /** Who has to make room for a source that has so many places, if anybody. */
    private Optional<Place> displacedFor(int ofSource, long now) {
        Deque<Place> greediest =
                bySource.values().stream().max(Comparator.comparingInt(Deque::size)).orElseThrow();
        if (greediest.size() > ofSource + 1) {
            return Optional.of(greediest.getFirst());
        }
        if (ofSource > 0) {
            return Optional.empty();
        }
        // Each has one.
        return bySource.values().stream()
                .map(Deque::getFirst)
                .max(Comparator.comparingLong(place -> now - place.since))
                .filter(oldest -> now - oldest.since >= GRACE_NANOS);
    }

    /** A connection that was let in is closed, or a tunnel; or it was displaced. */
    synchronized void left(Place place) {
        Deque<Place> places = bySource.get(place.source);
        if (places != null && places.remove(place)) {
            all--;
            if (places.isEmpty()) {
                bySource.remove(place.source);
            }
        }
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
