package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 network in CIDR notation (RFC 4632 section 3.1); all host bits are zero.
 *
 * @param address the first address of the network
 * @param prefixLength leading bits that its addresses share, 0 to 32 or 0 to 128
 */
public record IpNetwork(IpAddress address, int prefixLength) {
    private static final Pattern SYNTAX = Pattern.compile("([^/]+)/(0|[1-9][0-9]{0,2})");

    /**
     * @throws IllegalArgumentException if the prefix is too long or a host bit is set
     */
    public IpNetwork {
        int bits = address.isIpv4() ? 32 : 128;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "expected a prefix length of 0 to %d, got %d".formatted(bits, prefixLength));
        }
        BigInteger host = number(address).mod(BigInteger.TWO.pow(bits - prefixLength));
        if (host.signum() != 0) {
            throw new IllegalArgumentException(
                    "%s/%d has host bits set: expected the network's first address"
                            .formatted(address, prefixLength));
        }
    }

    /**
     * @throws IllegalArgumentException if the text is not a network in CIDR notation
     */
    @JsonCreator
    public static IpNetwork parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected a network in CIDR notation such as 10.1.1.0/24");
        }
        return new IpNetwork(IpAddress.parse(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** The network that holds just this address. */
    public static IpNetwork of(IpAddress address) {
        return new IpNetwork(address, address.isIpv4() ? 32 : 128);
    }

    public boolean contains(IpAddress other) {
        return other.isIpv4() == address.isIpv4() && prefix(other).equals(prefix(address));
    }

    public boolean contains(IpNetwork other) {
        return other.prefixLength >= prefixLength && contains(other.address);
    }

    public boolean overlaps(IpNetwork other) {
        return contains(other) || other.contains(this);
    }

    @JsonValue
    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }

    private BigInteger prefix(IpAddress of) {
        int bits = of.isIpv4() ? 32 : 128;
        return number(of).shiftRight(bits - prefixLength);
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.address().getAddress());
    }
}
