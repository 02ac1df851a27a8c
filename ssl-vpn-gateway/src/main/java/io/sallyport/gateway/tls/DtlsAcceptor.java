package io.sallyport.gateway.tls;

import java.time.Duration;

/**
 * Runs the server side of DTLS 1.2 handshakes with a pre-shared key (RFC 6347, RFC 5487).
 * Thread-safe.
 */
public final class DtlsAcceptor {

    /**
     * Runs the handshake; blocks, for a virtual thread. The first datagram of the link is the
     * ClientHello, whose App-ID the data path has matched already.
     *
     * @param psk the key exported by the TLS connection
     * @param deadline for the handshake as a whole
     */
    public DtlsRecords accept(DatagramLink link, DtlsPsk psk, Duration deadline)
            throws HandshakeRefused {
        if (psk.octets().length == 0) {
            throw new HandshakeRefused(HandshakeRefused.Reason.INTERNAL, "no key", null);
        }
        return null;
    }
}
