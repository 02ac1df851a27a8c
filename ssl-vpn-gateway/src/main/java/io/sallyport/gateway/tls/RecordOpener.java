package io.sallyport.gateway.tls;

import org.bouncycastle.tls.AlertDescription;

import java.security.GeneralSecurityException;

/**
 * Opens records of one TLS connection in one direction. Not thread-safe. Never blocks, and
 * allocates nothing that grows with the record.
 */
public final class RecordOpener {

    /** Octets of a record's header. */
    public static final int HEADER_LENGTH = 5;

    // What a peer may send without sending data; the limits of OpenSSL (ssl/record).
    private static final int EMPTY_RECORDS = 32;
    private static final int CONTROLS_WITHOUT_DATA = 32;

    private static final int CLIENT_HELLO = 1;
    private static final int KEY_UPDATE = 24;
    private static final int CLOSE_NOTIFY = 0;
    private static final int USER_CANCELED = 90;
    private static final int WARNING = 1;

    private final RecordFormat format;
    private final RecordKey key;
    private TrafficSecret secret;
    private long sequence;
    private int emptyRecords;
    private int controlsWithoutData;

    RecordOpener(RecordFormat format, RecordKey key, long sequence) {
        this.format = format;
        this.key = key;
        this.sequence = sequence;
    }

    /** Gives the secret that key updates start from. */
    void secret(TrafficSecret of) {
        secret = of;
    }

    /** The next record has this number. BouncyCastle counts while it runs the handshake. */
    void sequence(long next) {
        sequence = next;
    }

    /**
     * The length of the record that begins at an offset, header included, by the five octets of its
     * header.
     *
     * @throws RecordRefused if no such record may come here
     */
    public int recordLength(byte[] in, int offset) throws RecordRefused {
        int type = in[offset] & 0xff;
        // Protected records of TLS 1.3 all look like data; in TLS 1.2 the type is in the open.
        if (type != ContentTypes.APPLICATION_DATA
                && (format == RecordFormat.TLS_1_3
                        || (type != ContentTypes.ALERT && type != ContentTypes.HANDSHAKE))) {
            throw new RecordRefused(
                    AlertDescription.unexpected_message, "a record of type " + type);
        }
        int version = (short) RecordKey.SHORT.get(in, offset + 1) & 0xffff;
        if (version != format.version()) {
            throw new RecordRefused(
                    AlertDescription.decode_error, "a record of version " + version);
        }
        int body = (short) RecordKey.SHORT.get(in, offset + 3) & 0xffff;
        if (body > format.bodyLimit()) {
            throw new RecordRefused(
                    AlertDescription.record_overflow, "a record of " + body + " octets");
        }
        if (body < format.expansion()) {
            throw new RecordRefused(
                    AlertDescription.bad_record_mac, "a record of " + body + " octets");
        }
        return HEADER_LENGTH + body;
    }

    /**
     * Opens one whole record.
     *
     * @param record the record, header included
     * @param length as {@link #recordLength} said
     * @param out room for {@code length} octets from {@code outOffset} on; another array than the
     *     record's, or SunJCE makes a copy
     * @return length and type of the content: read with {@link #length} and {@link #contentType}.
     *     The length can be 0. What is not {@link ContentTypes#APPLICATION_DATA} goes to {@link
     *     #control}.
     */
    public int open(byte[] record, int offset, int length, byte[] out, int outOffset)
            throws RecordRefused {
        if (recordLength(record, offset) != length) {
            throw new RecordRefused(AlertDescription.decode_error, "not one whole record");
        }
        int opened;
        try {
            opened = key.open(sequence++, record, offset, length, out, outOffset);
        } catch (GeneralSecurityException _) {
            throw new RecordRefused(AlertDescription.bad_record_mac, "a record that was altered");
        }
        if (opened < 0) {
            throw new RecordRefused(AlertDescription.unexpected_message, "a record without a type");
        }
        if (length(opened) > RecordFormat.CONTENT_LIMIT) {
            throw new RecordRefused(
                    AlertDescription.record_overflow, "content of " + length(opened) + " octets");
        }
        if (length(opened) == 0) {
            refuseEmpty(contentType(opened));
        } else if (contentType(opened) == ContentTypes.APPLICATION_DATA) {
            emptyRecords = 0;
            controlsWithoutData = 0;
        }
        return opened;
    }

    private void refuseEmpty(int type) throws RecordRefused {
        if (type != ContentTypes.APPLICATION_DATA || ++emptyRecords > EMPTY_RECORDS) {
            throw new RecordRefused(
                    AlertDescription.unexpected_message, "an empty record of type " + type);
        }
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
     * @throws RecordRefused for anything that has no place after the handshake: other messages,
     *     messages in pieces, or too many without data between them
     */
    public Control control(int contentType, byte[] content, int offset, int length)
            throws RecordRefused {
        if (++controlsWithoutData > CONTROLS_WITHOUT_DATA) {
            throw new RecordRefused(
                    AlertDescription.unexpected_message, "too many messages without data");
        }
        return switch (contentType) {
            case ContentTypes.ALERT -> alert(content, offset, length);
            case ContentTypes.HANDSHAKE -> handshake(content, offset, length);
            default ->
                    throw new RecordRefused(
                            AlertDescription.unexpected_message, "content of type " + contentType);
        };
    }

    private Control alert(byte[] content, int offset, int length) throws RecordRefused {
        if (length != 2) {
            throw new RecordRefused(
                    AlertDescription.decode_error, "an alert of " + length + " octets");
        }
        int description = content[offset + 1] & 0xff;
        // RFC 8446 section 6: the level says nothing any longer, all but these two end it.
        boolean harmless =
                format == RecordFormat.TLS_1_3
                        ? description == USER_CANCELED
                        : content[offset] == WARNING && description != CLOSE_NOTIFY;
        return harmless ? Control.GO_ON : Control.PEER_CLOSED;
    }

    private Control handshake(byte[] content, int offset, int length) throws RecordRefused {
        int message = content[offset] & 0xff;
        if (format != RecordFormat.TLS_1_3 && message == CLIENT_HELLO) {
            return Control.RENEGOTIATION_REQUESTED;
        }
        if (secret == null || message != KEY_UPDATE) {
            throw new RecordRefused(
                    AlertDescription.unexpected_message, "handshake message " + message);
        }
        // It changes the key, so nothing may share the record with it (RFC 8446 section 5.1).
        if (length != 5
                || content[offset + 1] != 0
                || content[offset + 2] != 0
                || content[offset + 3] != 1) {
            throw new RecordRefused(AlertDescription.unexpected_message, "a KeyUpdate in pieces");
        }
        int request = content[offset + 4] & 0xff;
        if (request > 1) {
            throw new RecordRefused(AlertDescription.illegal_parameter, "KeyUpdate " + request);
        }
        secret = secret.next();
        key.change(secret.key(), secret.iv());
        sequence = 0;
        return request == 1 ? Control.KEY_UPDATE_REQUESTED : Control.GO_ON;
    }
}
