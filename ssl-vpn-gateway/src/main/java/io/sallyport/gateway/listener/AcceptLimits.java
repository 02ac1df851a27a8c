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

/**
 * How many connections may be there that are no tunnel (yet). A source is an IPv4 address or an
 * IPv6 /56, which is what a household gets (RFC 6177). Holds as many entries as there are
 * connections, at most. Thread-safe.
 *
 * <p>When all places are taken, the source that has most of them loses its oldest connection to one
 * that has fewer: to shut others out somebody needs as many sources as there are places.
 */
public final class AcceptLimits {
    private final int most;
    private final int mostOfSource;
    private final Map<Source, Deque<Place>> bySource = new HashMap<>();
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

        private Place(Source source, SocketChannel channel) {
            this.source = source;
            this.channel = channel;
        }
    }

    /** Lets a connection in, or not. */
    synchronized Admission admit(InetAddress address, SocketChannel channel) {
        Source source = Source.of(address);
        int ofSource = bySource.getOrDefault(source, new ArrayDeque<>()).size();
        if (ofSource >= mostOfSource) {
            return Refused.TOO_MANY_FROM_SOURCE;
        }
        Optional<SocketChannel> displaced = Optional.empty();
        if (all >= most) {
            Deque<Place> greediest =
                    bySource.values().stream()
                            .max(Comparator.comparingInt(Deque::size))
                            .orElseThrow();
            if (greediest.size() <= ofSource + 1) {
                return Refused.TOO_MANY;
            }
            Place oldest = greediest.getFirst();
            displaced = Optional.of(oldest.channel);
            left(oldest);
        }
        Place place = new Place(source, channel);
        bySource.computeIfAbsent(source, _ -> new ArrayDeque<>()).add(place);
        all++;
        return new Admitted(place, displaced);
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
