package io.sallyport.gateway.tls;

import java.io.IOException;

/** A TLS or DTLS handshake that came to nothing. The channel it ran on is to be closed. */
public final class HandshakeRefused extends IOException {

    private static final long serialVersionUID = 1L;

    /** Why, for counters. */
    public enum Reason {
        /** The handshake was not over when its time was. */
        DEADLINE,
        /** The peer closed or reset the connection. */
        PEER_LEFT,
        /** The peer sent a fatal alert. */
        PEER_ALERT,
        /** No protocol version, suite or group in common. */
        NOTHING_IN_COMMON,
        /** What came is not TLS, breaks the protocol, or is larger than we read. */
        BROKEN_PROTOCOL,
        /** A fault of ours, or of our credentials. */
        INTERNAL
    }

    private final Reason reason;

    HandshakeRefused(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why, for counters. */
    public Reason reason() {
        return reason;
    }
}
