package io.sallyport.provisioner.address;

import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where probe addresses come from: one for each tunnel, owned by the branch, reached through the
 * tunnel alone. By default shared address space (RFC 6598), which no customer's site uses.
 *
 * @param network an IPv4 network with at least two host bits
 */
public record ProbePool(IpNetwork network) {
    private static final int ADDRESS_BITS = 32;

    /**
     * @throws IllegalArgumentException if it is no IPv4 network of at least four addresses
     */
    public ProbePool {
        if (!network.address().isIpv4() || network.prefixLength() > ADDRESS_BITS - 2) {
            throw new IllegalArgumentException(
                    "expected an IPv4 network of at least four addresses, got " + network);
        }
    }

    /** How many tunnels it serves: all but the network's own and the broadcast address. */
    public int size() {
        return (int) ((1L << (ADDRESS_BITS - network.prefixLength())) - 2);
    }

    /**
     * One of its addresses.
     *
     * @param number 1 to {@link #size()}
     */
    public IpAddress address(int number) {
        if (number < 1 || number > size()) {
            throw new IllegalArgumentException(
                    "expected a number of 1 to %d, got %d".formatted(size(), number));
        }
        BigInteger first = new BigInteger(1, network.address().address().getAddress());
        try {
            return new IpAddress(
                    InetAddress.getByAddress(
                            octets(first.add(BigInteger.valueOf(number)).intValue())));
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an address", e);
        }
    }

    private static byte[] octets(int address) {
        return new byte[] {
            (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
        };
    }
}
