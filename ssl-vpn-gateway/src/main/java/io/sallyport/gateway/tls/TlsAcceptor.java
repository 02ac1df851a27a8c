package io.sallyport.gateway.tls;

import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;

/** Runs the server side of TLS handshakes. Thread-safe. */
public final class TlsAcceptor {

    public TlsAcceptor(TlsCredentials credentials, Clock clock) {}

    /** From now on, new handshakes use these credentials; connections that live go on. */
    public void install(TlsCredentials credentials) {
        // Not built yet.
    }

    /**
     * Runs the handshake on a connected blocking channel; blocks, for a virtual thread. The channel
     * is closed when it fails.
     *
     * @param deadline for the handshake as a whole
     */
    public TlsConnection accept(SocketChannel channel, Duration deadline) throws HandshakeRefused {
        return null;
    }
}
