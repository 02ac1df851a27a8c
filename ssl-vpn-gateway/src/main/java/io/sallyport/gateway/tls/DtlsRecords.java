package io.sallyport.gateway.tls;

import java.security.GeneralSecurityException;
import java.util.List;

/**
 * The records of an established DTLS 1.2 association. What is wrong with a record from the network
 * is never an error: it is dropped (RFC 6347 section 4.1.2.7). There is one epoch, the first after
 * the handshake; a client that wants new keys starts a new association.
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

    static final long EPOCH = 1L << 48;

    // Forgeries that a key may see (RFC 9147 section 4.5.3, for AES-GCM).
    private static final long FORGERY_LIMIT = 1L << 36;

    private static final RecordFormat FORMAT = RecordFormat.DTLS_1_2;
    private static final int FINISHED = 20;
    private static final int CLOSE_NOTIFY = 0;
    private static final int FATAL = 2;

    private final RecordSealer sealer;
    private final RecordKey readKey;
    private final ReplayWindow window;
    private final List<byte[]> lastFlight;
    private long forgeries;

    DtlsRecords(
            RecordSealer sealer, RecordKey readKey, ReplayWindow window, List<byte[]> lastFlight) {
        this.sealer = sealer;
        this.readKey = readKey;
        this.window = window;
        this.lastFlight = List.copyOf(lastFlight);
    }

    /** Seals to the peer; the same rules as for TLS. */
    public RecordSealer sealer() {
        return sealer;
    }

    /**
     * The length of the record at an offset of a datagram, header included, or {@link #DROPPED} if
     * there is no whole one. A datagram can hold several.
     *
     * @param length octets from the offset to the end of the datagram
     */
    public static int recordLength(byte[] datagram, int offset, int length) {
        if (length < HEADER_LENGTH) {
            return DROPPED;
        }
        int record =
                HEADER_LENGTH
                        + ((short) RecordKey.SHORT.get(datagram, offset + HEADER_LENGTH - 2)
                                & 0xffff);
        return record <= length ? record : DROPPED;
    }

    /**
     * Opens one record. Not thread-safe, and not tied to the sealer's lock. Drops what is altered,
     * seen before, or too old.
     *
     * @param length as {@link #recordLength} said
     * @param out room for {@code length} octets from {@code outOffset} on; another array than the
     *     datagram's, or SunJCE makes a copy
     * @return length and type of the content, read with {@link RecordOpener#length} and {@link
     *     RecordOpener#contentType}, or one of the negative values above. Only data and alerts that
     *     end the association are returned; other alerts and handshake messages are dropped.
     */
    public int open(byte[] datagram, int offset, int length, byte[] out, int outOffset) {
        if (length < HEADER_LENGTH + FORMAT.expansion()
                || length > HEADER_LENGTH + FORMAT.bodyLimit()
                || recordLength(datagram, offset, length) != length
                || ((short) RecordKey.SHORT.get(datagram, offset + 1) & 0xffff)
                        != FORMAT.version()) {
            return DROPPED;
        }
        long number = (long) RecordKey.LONG.get(datagram, offset + 3);
        if (number >>> 48 != EPOCH >>> 48
                || !window.fresh(number - EPOCH)
                || forgeries >= FORGERY_LIMIT) {
            return DROPPED;
        }
        int opened;
        try {
            opened = readKey.open(number, datagram, offset, length, out, outOffset);
        } catch (GeneralSecurityException _) {
            forgeries++;
            return DROPPED;
        }
        window.mark(number - EPOCH);
        int contentLength = RecordOpener.length(opened);
        return switch (RecordOpener.contentType(opened)) {
            case ContentTypes.APPLICATION_DATA -> opened;
            case ContentTypes.ALERT ->
                    contentLength == 2
                                    && (out[outOffset] == FATAL
                                            || out[outOffset + 1] == CLOSE_NOTIFY)
                            ? opened
                            : DROPPED;
            case ContentTypes.HANDSHAKE ->
                    contentLength > 0 && out[outOffset] == FINISHED ? LAST_FLIGHT_MISSED : DROPPED;
            default -> DROPPED;
        };
    }

    /** Our last flight of the handshake, as datagrams (RFC 6347 section 4.2.4). */
    public List<byte[]> lastFlight() {
        return lastFlight;
    }
}
