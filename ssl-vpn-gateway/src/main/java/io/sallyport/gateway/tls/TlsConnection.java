package io.sallyport.gateway.tls;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A TLS connection from its finished handshake up to the take-over by the data path. Belongs to one
 * virtual thread; reads and writes block.
 */
public final class TlsConnection implements Closeable {

    TlsConnection() {}

    /** What the client sends. Reads end with a SocketTimeoutException after the deadline set. */
    public InputStream in() {
        return null;
    }

    /** What goes to the client: each write is one record at once, and reaches the socket. */
    public OutputStream out() {
        return null;
    }

    /** From now on, reads and writes must be over within this time, all together. */
    public void deadline(Duration fromNow) {
        // Not built yet.
    }

    /** What the client showed of itself. */
    public ClientCertificate clientCertificate() {
        return null;
    }

    /** "TLSv1.3" or "TLSv1.2". */
    public String version() {
        return null;
    }

    /** The suite's name, as registered: "TLS_AES_256_GCM_SHA384". */
    public String cipherSuite() {
        return null;
    }

    /**
     * Hands the connection to the data path: the channel is non-blocking from here on, and this
     * object and its streams are dead.
     */
    public EstablishedTls takeOver() throws IOException {
        return null;
    }

    /** Sends close_notify if that is possible at once, and closes the channel. */
    @Override
    public void close() {
        // Not built yet.
    }
}
