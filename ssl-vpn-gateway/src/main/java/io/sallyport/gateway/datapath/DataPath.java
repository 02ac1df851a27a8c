package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.tun.TunDevice;
import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.tls.DtlsAcceptor;
import io.sallyport.gateway.tls.EstablishedTls;

/**
 * The data path of one gateway: all clients, one TUN device, one UDP port. Thread-safe.
 *
 * <p>Order of use: open the TUN device and the UDP port (needs root), configure the interface, drop
 * privileges, make the data path, attach tunnels, close.
 */
public final class DataPath implements AutoCloseable {
    private final NanoClock clock;
    private volatile boolean closed;

    private DataPath(NanoClock clock) {
        this.clock = clock;
    }

    /**
     * Starts the three threads. Device and port belong to the data path from here on.
     *
     * @param dtls runs the handshakes, each on a virtual thread
     */
    public static DataPath start(TunDevice tun, UdpPort udp, DtlsAcceptor dtls, NanoClock clock) {
        return new DataPath(clock);
    }

    /**
     * Takes over an established connection whose client has just been sent the answer to CONNECT.
     * The channel is the data path's from here on, and closed by it. A tunnel that has the same
     * inner address is pushed out of the routes, not ended: its owner closes it.
     *
     * @throws IllegalStateException if the data path is closed
     */
    public LiveTunnel attach(TunnelSpec spec, EstablishedTls tls, TunnelListener listener) {
        if (closed) {
            throw new IllegalStateException("the data path is closed");
        }
        throw new UnsupportedOperationException("a tunnel for " + spec.name() + clock);
    }

    @Override
    public void close() {
        closed = true;
    }
}
