package io.sallyport.gateway.tls;

import java.security.GeneralSecurityException;

/**
 * Seals records of one connection in one direction. Not thread-safe: who seals from several threads
 * holds a lock around every call. Never blocks.
 */
public final class RecordSealer {

    /**
     * Blocks of 16 octets under one key after which {@link #updateDue()} holds: 2^24 records of
     * full size, below the 2^24.5 of RFC 8446 section 5.5. The bound behind that figure is one on
     * blocks, so records of packet size are counted by what they hold.
     */
    static final long UPDATE_AT_BLOCKS = 1L << 34;

    /** Where sealing ends if nobody heeds {@link #updateDue()}; 1 TiB under one key. */
    static final long BLOCK_LIMIT = 1L << 36;

    private static final int KEY_UPDATE = 24;
    private static final byte WARNING = 1;
    private static final byte FATAL = 2;
    private static final short CLOSE_NOTIFY = 0;
    private static final short NO_RENEGOTIATION = 100;

    private final RecordFormat format;
    private final RecordKey key;
    private final byte[] message = new byte[8];
    // Null until the handshake is over, and in TLS 1.2.
    private TrafficSecret secret;
    private long sequence;
    private long blocks;

    RecordSealer(RecordFormat format, RecordKey key, long sequence) {
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

    /** So much has been sealed with this key, for tests of what comes of it. */
    void usedBlocks(long count) {
        blocks = count;
    }

    /**
     * Seals one record, header included.
     *
     * @param contentType one of {@link ContentTypes}
     * @param plain the content, at most 2^14 octets; in TLS 1.3 the octet behind it is overwritten
     *     (with the type), so one spare octet must be there
     * @param out at least {@code length + overhead()} octets from {@code outOffset} on; another
     *     array than the content's
     * @return the length of the record
     * @throws IllegalStateException if the key may not be used any longer ({@link #updateDue()} was
     *     not heeded)
     */
    public int seal(
            int contentType, byte[] plain, int offset, int length, byte[] out, int outOffset) {
        if (length > RecordFormat.CONTENT_LIMIT) {
            throw new IllegalArgumentException("a record of " + length + " octets");
        }
        if (blocks >= BLOCK_LIMIT) {
            throw new IllegalStateException("the key of this direction is used up");
        }
        blocks += (length >>> 4) + 2;
        try {
            return key.seal(sequence++, contentType, plain, offset, length, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal", e);
        }
    }

    /** Octets that a record is longer than its content. */
    public int overhead() {
        return format.headerLength() + format.expansion();
    }

    /**
     * Whether the key nears the limit of AES-GCM (RFC 8446 section 5.5). TLS 1.3: call {@link
     * #updateKeys}. TLS 1.2 and DTLS 1.2 have no such message: the client is to open a new tunnel,
     * in time before another three times as much has been sealed.
     */
    public boolean updateDue() {
        return blocks >= UPDATE_AT_BLOCKS;
    }

    /** Whether this is TLS 1.3, where keys can be updated. */
    public boolean updatesKeys() {
        return format == RecordFormat.TLS_1_3;
    }

    /**
     * TLS 1.3 only: seals a KeyUpdate with the old key and goes on with the next one (RFC 8446
     * section 4.6.3).
     *
     * @param requestPeers whether the peer is to update its key too; false in an answer to {@link
     *     Control#KEY_UPDATE_REQUESTED}
     * @return the length of the record, at most 32
     */
    public int updateKeys(boolean requestPeers, byte[] out, int outOffset) {
        if (secret == null) {
            throw new IllegalStateException("no key update in " + format);
        }
        message[0] = KEY_UPDATE;
        message[1] = 0;
        message[2] = 0;
        message[3] = 1;
        message[4] = (byte) (requestPeers ? 1 : 0);
        int length = seal(ContentTypes.HANDSHAKE, message, 0, 5, out, outOffset);
        secret = secret.next();
        key.change(secret.key(), secret.iv());
        sequence = 0;
        blocks = 0;
        return length;
    }

    /** Seals the close_notify alert, the last record to send. @return the length of the record */
    public int closeNotify(byte[] out, int outOffset) {
        return alert(WARNING, CLOSE_NOTIFY, out, outOffset);
    }

    /**
     * Seals a fatal alert, after which the connection is closed. @return the length of the record
     */
    public int fatalAlert(short description, byte[] out, int outOffset) {
        return alert(FATAL, description, out, outOffset);
    }

    /**
     * Seals the warning that refuses a renegotiation in TLS 1.2 (RFC 5246 section 7.2.2).
     *
     * @return the length of the record
     */
    public int refuseRenegotiation(byte[] out, int outOffset) {
        return alert(WARNING, NO_RENEGOTIATION, out, outOffset);
    }

    private int alert(byte level, short description, byte[] out, int outOffset) {
        message[0] = level;
        message[1] = (byte) description;
        return seal(ContentTypes.ALERT, message, 0, 2, out, outOffset);
    }
}
