package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.Counters.Carried;
import io.sallyport.gateway.datapath.Counters.Drops;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts for one tunnel. What is carried is counted by one thread per way, drops by any. */
final class TunnelCounters {

    /** A way through the tunnel; each is carried by one thread alone. */
    enum Way {
        TLS_UP(0),
        TLS_DOWN(2),
        DTLS_UP(4),
        DTLS_DOWN(6);

        private final int at; // packets; octets are behind them

        Way(int at) {
            this.at = at;
        }
    }

    /** Why a packet of the tunnel was not carried; see {@link Drops}. */
    enum Drop {
        SPOOFED(8),
        MALFORMED(9),
        DENIED(10),
        OVER_LIMIT(11),
        CLIENT_TOO_SLOW(12),
        TOO_LONG(13);

        private final int at;

        Drop(int at) {
            this.at = at;
        }
    }

    private final AtomicLongArray counts = new AtomicLongArray(14);

    /** To be called by the thread of that way. */
    void carried(Way way, int packets, int octets) {
        counts.setOpaque(way.at, counts.getPlain(way.at) + packets);
        counts.setOpaque(way.at + 1, counts.getPlain(way.at + 1) + octets);
    }

    void dropped(Drop drop, int packets) {
        counts.getAndAdd(drop.at, packets);
    }

    Counters snapshot() {
        return new Counters(
                carried(Way.TLS_UP),
                carried(Way.TLS_DOWN),
                carried(Way.DTLS_UP),
                carried(Way.DTLS_DOWN),
                new Drops(
                        drops(Drop.SPOOFED),
                        drops(Drop.MALFORMED),
                        drops(Drop.DENIED),
                        drops(Drop.OVER_LIMIT),
                        drops(Drop.CLIENT_TOO_SLOW),
                        drops(Drop.TOO_LONG)));
    }

    private Carried carried(Way way) {
        return new Carried(counts.getOpaque(way.at), counts.getOpaque(way.at + 1));
    }

    private long drops(Drop drop) {
        return counts.getOpaque(drop.at);
    }
}
