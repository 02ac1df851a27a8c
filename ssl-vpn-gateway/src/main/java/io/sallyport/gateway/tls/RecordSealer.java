package io.sallyport.gateway.tls;

/**
 * Seals records of one connection in one direction. Not thread-safe: who seals from several threads
 * holds a lock around every call. Never blocks.
 */
public final class RecordSealer {

    RecordSealer() {}

    /**
     * Seals one record, header included.
     *
     * @param contentType one of {@link ContentTypes}
     * @param plain the content; in TLS 1.3 the octet behind it is overwritten (with the type), so
     *     one spare octet must be there
     * @param out at least {@code length + overhead()} octets from {@code outOffset} on; may not
     *     overlap the content
     * @return the length of the record
     * @throws IllegalStateException if the key may not be used any longer ({@link #updateDue()} was
     *     not heeded)
     */
    public int seal(
            int contentType, byte[] plain, int offset, int length, byte[] out, int outOffset) {
        return 0;
    }

    /** Octets that a record is longer than its content, at most. */
    public int overhead() {
        return 0;
    }

    /**
     * Whether the key nears the limit of AES-GCM (RFC 8446 section 5.5). TLS 1.3: call {@link
     * #updateKeys}. TLS 1.2 and DTLS 1.2 have no such message: the client is to open a new tunnel.
     */
    public boolean updateDue() {
        return false;
    }

    /**
     * TLS 1.3 only: seals a KeyUpdate with the old key and goes on with the next one (RFC 8446
     * section 4.6.3).
     *
     * @param requestPeers whether the peer is to update its key too; false in an answer to {@link
     *     Control#KEY_UPDATE_REQUESTED}
     * @return the length of the record
     */
    public int updateKeys(boolean requestPeers, byte[] out, int outOffset) {
        return 0;
    }

    /** Seals the close_notify alert, the last record to send. @return the length of the record */
    public int closeNotify(byte[] out, int outOffset) {
        return 0;
    }

    /**
     * Seals a fatal alert, after which the connection is closed. @return the length of the record
     */
    public int fatalAlert(short description, byte[] out, int outOffset) {
        return 0;
    }

    /** Seals the warning that refuses a renegotiation in TLS 1.2 (RFC 5246 section 7.2.2). */
    public int refuseRenegotiation(byte[] out, int outOffset) {
        return 0;
    }
}
