package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.util.regex.Pattern;

/**
 * What a firewall rule says of the protocol of a packet: "any", "tcp", "udp", "icmp" or a number of
 * IANA's registry. "icmp" is ICMP with IPv4 networks and ICMPv6 with IPv6 networks.
 *
 * @param number the protocol number, or {@link #ANY_NUMBER}
 */
public record IpProtocol(int number) {
    /** The number of {@link #ANY}. */
    public static final int ANY_NUMBER = -1;

    public static final IpProtocol ANY = new IpProtocol(ANY_NUMBER);
    public static final IpProtocol ICMP = new IpProtocol(1);
    public static final IpProtocol TCP = new IpProtocol(6);
    public static final IpProtocol UDP = new IpProtocol(17);

    private static final int ICMPV6 = 58;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

    /**
     * @throws IllegalArgumentException if it is no protocol number
     */
    public IpProtocol {
        if (number < ANY_NUMBER || number > 255) {
            throw malformed();
        }
    }

    /**
     * @throws IllegalArgumentException if the text is none of those that a rule may have
     */
    @JsonCreator
    public static IpProtocol parse(String text) {
        return switch (text) {
            case "any" -> ANY;
            case "icmp" -> ICMP;
            case "tcp" -> TCP;
            case "udp" -> UDP;
            default -> {
                if (!NUMBER.matcher(text).matches()) {
                    throw malformed();
                }
                yield new IpProtocol(Integer.parseInt(text));
            }
        };
    }

    /** Whether packets of it carry ports. */
    public boolean hasPorts() {
        return equals(TCP) || equals(UDP);
    }

    /**
     * The number to look for in packets of that family (IPv4: protocol; IPv6: the last next
     * header), {@link #ANY_NUMBER} for any.
     */
    public int numberIn(IpNetwork network) {
        return equals(ICMP) && !network.address().isIpv4() ? ICMPV6 : number;
    }

    @JsonValue
    @Override
    public String toString() {
        return switch (number) {
            case ANY_NUMBER -> "any";
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            default -> Integer.toString(number);
        };
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "expected any, tcp, udp, icmp or a protocol number of 0 to 255");
    }
}
