package io.sallyport.gateway.datapath.udp;

import io.sallyport.gateway.datapath.packet.AddressBits;

import java.net.InetSocketAddress;

/**
 * Where datagrams come from and go to.
 *
 * @param high the first 64 bits of the address; IPv4 is mapped (RFC 4291 section 2.5.5.2)
 * @param low the last 64 bits
 * @param port UDP port
 * @param scope the interface of a link-local IPv6 address (RFC 4007), else 0
 */
public record PeerAddress(long high, long low, int port, int scope) {

    /** For people and logs. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(AddressBits.address(high, low), port);
    }
}
