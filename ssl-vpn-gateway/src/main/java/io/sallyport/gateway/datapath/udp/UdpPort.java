package io.sallyport.gateway.datapath.udp;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A bound UDP socket for peers with IPv4 and IPv6 addresses. */
public final class UdpPort implements Closeable {

    private UdpPort() {}

    /**
     * Opens and binds the socket. The wildcard address serves IPv4 and IPv6 where the kernel has
     * both.
     *
     * @throws IOException naming the call that was refused and its errno
     */
    public static UdpPort open(InetSocketAddress local) throws IOException {
        return new UdpPort();
    }

    /** The port it is bound to. */
    public int port() {
        return 0;
    }

    @Override
    public void close() throws IOException {}
}
