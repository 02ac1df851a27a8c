package io.sallyport.gateway.datapath;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts of what belongs to no tunnel, or to the data path as a whole. Thread-safe. */
final class DataPathCounts {

    /** What is counted. */
    enum Count {
        FRAMES_MALFORMED,
        PACKETS_WITHOUT_TUNNEL,
        CSTP_UNKNOWN_TYPE,
        DTLS_UNKNOWN_TYPE,
        DATAGRAMS_RECEIVED,
        DATAGRAMS_UNKNOWN_PEER,
        DATAGRAMS_REFUSED,
        HELLOS_UNKNOWN_APP_ID,
        HANDSHAKES_STARTED,
        HANDSHAKES_DONE,
        HANDSHAKES_FAILED,
        HANDSHAKES_OVER_LIMIT,
        INTERNAL_ERRORS
    }

    private final Map<Count, AtomicLong> counts = new EnumMap<>(Count.class);

    DataPathCounts() {
        for (Count count : Count.values()) {
            counts.put(count, new AtomicLong());
        }
    }

    void add(Count count, long n) {
        counts.get(count).addAndGet(n);
    }

    Map<Count, Long> snapshot() {
        Map<Count, Long> snapshot = new EnumMap<>(Count.class);
        counts.forEach((count, n) -> snapshot.put(count, n.get()));
        return snapshot;
    }
}
