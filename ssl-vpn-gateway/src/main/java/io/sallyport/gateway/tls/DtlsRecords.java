package io.sallyport.gateway.tls;

import java.util.List;

/**
 * The records of an established DTLS 1.2 association. What is wrong with a record from the network
 * is never an error: it is dropped (RFC 6347 section 4.1.2.7).
 */
public final class DtlsRecords {

    /** Octets of a record's header. */
    public static final int HEADER_LENGTH = 13;

    /** Result of {@link #open}: nothing to use in it. */
    public static final int DROPPED = -1;

    /**
     * Result of {@link #open}: the peer misses our last flight, send {@link #lastFlight()} again.
     */
    public static final int LAST_FLIGHT_MISSED = -2;

    DtlsRecords() {}

    /** Seals to the peer; the same rules as for TLS. */
    public RecordSealer sealer() {
        return null;
    }

    /**
     * The length of the record at an offset of a datagram, header included, or {@link #DROPPED} if
     * there is no whole one. A datagram can hold several.
     */
    public static int recordLength(byte[] datagram, int offset, int length) {
        return 0;
    }

    /**
     * Opens one record. Not thread-safe, and not tied to the sealer's lock. Drops what is altered,
     * seen before, or too old.
     *
     * @param out room for {@code length} octets from {@code outOffset} on; may be the same place as
     *     the record
     * @return length and type of the content, read with {@link RecordOpener#length} and {@link
     *     RecordOpener#contentType}, or one of the negative values above. Data and close_notify
     *     alone are returned; other alerts and handshake messages are dropped.
     */
    public int open(byte[] datagram, int offset, int length, byte[] out, int outOffset) {
        return 0;
    }

    /** Our last flight of the handshake, as datagrams (RFC 6347 section 4.2.4). */
    public List<byte[]> lastFlight() {
        return List.of();
    }
}
