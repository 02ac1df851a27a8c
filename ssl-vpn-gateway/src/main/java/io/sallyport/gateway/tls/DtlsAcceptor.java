package io.sallyport.gateway.tls;

import org.bouncycastle.tls.DTLSServerProtocol;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Runs the server side of DTLS 1.2 handshakes with a pre-shared key (RFC 6347, RFC 5487).
 * Thread-safe.
 */
public final class DtlsAcceptor {

    private final SecureRandom random = new SecureRandom();

    /**
     * Runs the handshake; blocks, for a virtual thread. The first datagram of the link is the
     * ClientHello, whose App-ID the data path has matched already.
     *
     * @param psk the key exported by the TLS connection
     * @param deadline for the handshake as a whole
     */
    public DtlsRecords accept(DatagramLink link, DtlsPsk psk, Duration deadline)
            throws HandshakeRefused {
        var crypto = new JdkTlsCrypto(random);
        var transport = new LinkTransport(link);
        try {
            new DTLSServerProtocol().accept(new DtlsPskServer(crypto, psk, deadline), transport);
            return crypto.cipher().datagrams(transport.lastFlight());
        } catch (IOException | RuntimeException e) {
            throw new HandshakeRefused(TlsAcceptor.reason(e), e.getMessage(), e);
        }
    }
}
