package io.sallyport.gateway.tls;

/**
 * Opens records of one TLS connection in one direction. Not thread-safe. Never blocks, and
 * allocates nothing that grows with the record.
 */
public final class RecordOpener {

    /** Octets of a record's header. */
    public static final int HEADER_LENGTH = 5;

    RecordOpener() {}

    /**
     * The length of the record that begins at an offset, header included, by the five octets of its
     * header.
     *
     * @throws RecordRefused if no such record may come here
     */
    public int recordLength(byte[] in, int offset) throws RecordRefused {
        return 0;
    }

    /**
     * Opens one whole record.
     *
     * @param record the record, header included
     * @param out room for {@code length} octets from {@code outOffset} on; may be the same place as
     *     the record
     * @return length and type of the content: read with {@link #length} and {@link #contentType}.
     *     The length can be 0. What is not {@link ContentTypes#APPLICATION_DATA} goes to {@link
     *     #control}.
     */
    public int open(byte[] record, int offset, int length, byte[] out, int outOffset)
            throws RecordRefused {
        return 0;
    }

    /** The length of the content of an opened record. */
    public static int length(int opened) {
        return opened >>> 8;
    }

    /** The type of the content of an opened record. */
    public static int contentType(int opened) {
        return opened & 0xff;
    }

    /**
     * Deals with an opened record that is not data: alerts, and KeyUpdate, after which this opener
     * goes on with the peer's next key.
     *
     * @throws RecordRefused for anything that has no place after the handshake
     */
    public Control control(int contentType, byte[] content, int offset, int length)
            throws RecordRefused {
        return null;
    }
}
