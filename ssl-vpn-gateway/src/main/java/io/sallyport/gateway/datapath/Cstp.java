package io.sallyport.gateway.datapath;

/**
 * Framing of the CSTP channel (draft-mavrogiannopoulos-openconnect, "The CSTP Channel Protocol"):
 * {@code 53 54 46 01 | length, 16 bits | type | 00 | payload}, one packet in one TLS record. The
 * DTLS channel has the type octet alone in front of the payload.
 */
public final class Cstp {
    /** Octets in front of the payload. */
    public static final int HEADER_LENGTH = 8;

    /** "STF" and version 1, as the header begins. */
    public static final int MAGIC = 0x53544601;

    /** One IPv4 or IPv6 packet. */
    public static final int DATA = 0x00;

    /** Dead peer detection: answered with the same payload as {@link #DPD_RESPONSE}. */
    public static final int DPD_REQUEST = 0x03;

    public static final int DPD_RESPONSE = 0x04;

    /** BYE: a code octet and a text, or nothing. */
    public static final int DISCONNECT = 0x05;

    /** Keeps middleboxes from forgetting; not answered. */
    public static final int KEEPALIVE = 0x07;

    /** Never agreed on here. */
    public static final int COMPRESSED = 0x08;

    /** The other side ends all at once. */
    public static final int TERMINATE = 0x09;

    /** Code of a {@link #DISCONNECT} that ends the session and not just the connection. */
    public static final int CODE_LOGOUT = 0xb0;

    private Cstp() {}
}
