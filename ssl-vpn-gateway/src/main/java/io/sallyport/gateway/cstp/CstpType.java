package io.sallyport.gateway.cstp;

import java.util.Optional;

/**
 * What a CSTP packet is ("The CSTP Channel Protocol", draft-mavrogiannopoulos-openconnect). The
 * first octet of a DTLS record says the same.
 */
public enum CstpType {
    /** One IP packet. */
    DATA(0x00),
    /** Dead peer detection: the peer answers with the same content. */
    DPD_REQUEST(0x03),
    DPD_RESPONSE(0x04),
    /** The session is over: a code octet and a text ({@link CstpFrame#disconnect}). */
    DISCONNECT(0x05),
    /** Nothing; holds the path open. Not answered. */
    KEEPALIVE(0x07),
    /** One IP packet, compressed. Never agreed here. */
    COMPRESSED(0x08),
    /** The server stops: the client does not come back. */
    TERMINATE(0x09);

    private static final CstpType[] BY_CODE = new CstpType[TERMINATE.code + 1];

    static {
        for (CstpType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    CstpType(int code) {
        this.code = code;
    }

    /** The octet on the wire. */
    public int code() {
        return code;
    }

    /** The type of this octet, 0 to 255; empty when the protocol knows none. */
    public static Optional<CstpType> of(int code) {
        return code < BY_CODE.length ? Optional.ofNullable(BY_CODE[code]) : Optional.empty();
    }
}
