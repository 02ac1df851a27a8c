package io.sallyport.gateway.datapath;

import java.net.InetSocketAddress;

/** Told what happens to a tunnel, on the data path's threads: nothing here may block. */
public interface TunnelListener {

    /**
     * Downward packets travel on UDP from now on.
     *
     * @param peer where the client's datagrams come from
     */
    default void dtlsUp(InetSocketAddress peer) {}

    /** UDP went silent or was closed by the client; packets travel on TLS. */
    default void dtlsDown() {}

    /** A new DTLS handshake came from another address than the last one. */
    default void roamed(InetSocketAddress from, InetSocketAddress to) {}

    /** The tunnel carries nothing any more. Called exactly once, as the last call. */
    void ended(EndReason reason, Counters counters);
}
