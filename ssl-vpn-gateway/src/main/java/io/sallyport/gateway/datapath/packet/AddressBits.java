package io.sallyport.gateway.datapath.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as 128 bits in two longs, those of IPv4 mapped (RFC 4291 section 2.5.5.2). */
public final class AddressBits {

    private AddressBits() {}

    /** The first 64 bits; 0 for IPv4. */
    public static long high(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 ? 0 : Octets.i64(octets, 0);
    }

    /** The last 64 bits. */
    public static long low(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 ? IpPacket.mapped(Octets.i32(octets, 0)) : Octets.i64(octets, 8);
    }

    /** An Inet4Address where the bits are those of a mapped one. */
    public static InetAddress address(long high, long low) {
        byte[] octets = new byte[16];
        Octets.put32(octets, 0, (int) (high >>> 32));
        Octets.put32(octets, 4, (int) high);
        Octets.put32(octets, 8, (int) (low >>> 32));
        Octets.put32(octets, 12, (int) low);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an address", e);
        }
    }
}
