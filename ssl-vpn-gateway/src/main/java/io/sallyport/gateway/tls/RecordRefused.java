package io.sallyport.gateway.tls;

import java.io.IOException;

/**
 * A record that ends the connection: altered, too long, or not allowed after the handshake. The
 * owner of the connection sends {@link #alertDescription()} and closes.
 */
public final class RecordRefused extends IOException {

    private static final long serialVersionUID = 1L;

    private final short alertDescription;

    RecordRefused(short alertDescription, String message) {
        super(message);
        this.alertDescription = alertDescription;
    }

    /** The fatal alert to answer with (RFC 8446 section 6.2). */
    public short alertDescription() {
        return alertDescription;
    }
}
