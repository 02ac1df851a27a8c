package io.sallyport.gateway.datapath.packet;

/**
 * The headers of one packet, read from an octet array. An object is read into again and again and
 * belongs to one thread.
 *
 * <p>Addresses are 128 bits in two longs; those of IPv4 are mapped as RFC 4291 section 2.5.5.2 has
 * it.
 */
public final class IpPacket {
    public static final int TCP = 6;
    public static final int UDP = 17;

    static final int TCP_CHECKSUM_OFFSET = 16;

    private static final long MAPPED_IPV4 = 0xffff_0000_0000L;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    // Extension headers of IPv6 (RFC 8200 section 4; RFC 4302 for the authentication header).
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOST_EXTENSIONS = 8;

    private boolean ipv4;
    private int length;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int protocol;
    private int transportOffset;
    private boolean portsKnown;
    private int sourcePort;
    private int destinationPort;
    private boolean fragment;
    private int fragmentOffset;
    private boolean routed;

    /** The 128-bit form's lower half of an IPv4 address. */
    public static long mapped(int ipv4Address) {
        return MAPPED_IPV4 | (ipv4Address & 0xffffffffL);
    }

    /**
     * Reads the headers of a packet that fills the range.
     *
     * @return false if it is not one whole IPv4 or IPv6 packet; nothing else may be asked then
     */
    public boolean read(byte[] octets, int offset, int length) {
        this.length = length;
        return length >= IPV4_HEADER
                && switch (octets[offset] >> 4) {
                    case 4 -> readIpv4(octets, offset, length, Octets.u16(octets, offset + 2));
                    case 6 ->
                            length >= IPV6_HEADER
                                    && readIpv6(
                                            octets,
                                            offset,
                                            length,
                                            IPV6_HEADER + Octets.u16(octets, offset + 4));
                    default -> false;
                };
    }

    /**
     * Reads the headers of a frame that the kernel left large: its IP length field may say
     * something else, as the segments that it is cut into will say the truth.
     */
    boolean readLarge(byte[] octets, int offset, int length) {
        this.length = length;
        return length >= IPV4_HEADER
                && switch (octets[offset] >> 4) {
                    case 4 -> readIpv4(octets, offset, length, length);
                    case 6 -> length >= IPV6_HEADER && readIpv6(octets, offset, length, length);
                    default -> false;
                };
    }

    private boolean readIpv4(byte[] octets, int offset, int length, int totalLength) {
        int headerLength = (octets[offset] & 0x0f) * 4;
        if (headerLength < IPV4_HEADER || headerLength > length || totalLength != length) {
            return false;
        }
        ipv4 = true;
        sourceHigh = 0;
        sourceLow = mapped(Octets.i32(octets, offset + 12));
        destinationHigh = 0;
        destinationLow = mapped(Octets.i32(octets, offset + 16));
        protocol = Octets.u8(octets, offset + 9);
        transportOffset = headerLength;
        int fragmentField = Octets.u16(octets, offset + 6) & 0x3fff;
        fragment = fragmentField != 0;
        fragmentOffset = (fragmentField & 0x1fff) * 8;
        routed = headerLength > IPV4_HEADER;
        readPorts(octets, offset, length);
        return true;
    }

    private boolean readIpv6(byte[] octets, int offset, int length, int totalLength) {
        if (totalLength != length) {
            return false;
        }
        ipv4 = false;
        sourceHigh = Octets.i64(octets, offset + 8);
        sourceLow = Octets.i64(octets, offset + 16);
        destinationHigh = Octets.i64(octets, offset + 24);
        destinationLow = Octets.i64(octets, offset + 32);
        fragment = false;
        fragmentOffset = 0;
        routed = false;
        int next = Octets.u8(octets, offset + 6);
        int at = IPV6_HEADER;
        for (int extensions = 0; isExtension(next); extensions++) {
            if (extensions == MOST_EXTENSIONS || at + 8 > length) {
                return false;
            }
            int units = Octets.u8(octets, offset + at + 1);
            routed |= next == ROUTING;
            if (next == FRAGMENT) {
                fragment = true;
                fragmentOffset = Octets.u16(octets, offset + at + 2) & 0xfff8;
            }
            int extensionLength =
                    switch (next) {
                        case FRAGMENT -> 8;
                        case AUTHENTICATION -> (units + 2) * 4;
                        default -> (units + 1) * 8;
                    };
            next = Octets.u8(octets, offset + at);
            at += extensionLength;
            if (at > length) {
                return false;
            }
            if (fragmentOffset != 0) {
                break; // what follows is payload, whatever it looks like
            }
        }
        protocol = next;
        transportOffset = at;
        readPorts(octets, offset, length);
        return true;
    }

    private static boolean isExtension(int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    private void readPorts(byte[] octets, int offset, int length) {
        portsKnown =
                (protocol == TCP || protocol == UDP)
                        && fragmentOffset == 0
                        && transportOffset + 4 <= length;
        sourcePort = portsKnown ? Octets.u16(octets, offset + transportOffset) : 0;
        destinationPort = portsKnown ? Octets.u16(octets, offset + transportOffset + 2) : 0;
    }

    public boolean isIpv4() {
        return ipv4;
    }

    /** Octets of the whole packet. */
    public int length() {
        return length;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    /** IPv4: the protocol; IPv6: the next header behind the extension headers. */
    public int protocol() {
        return protocol;
    }

    /** Octets in front of the TCP, UDP or other header. */
    public int transportOffset() {
        return transportOffset;
    }

    /** Whether it has ports, and they are in this packet. */
    public boolean portsKnown() {
        return portsKnown;
    }

    public int sourcePort() {
        return sourcePort;
    }

    public int destinationPort() {
        return destinationPort;
    }

    /** Any fragment, the first one too. */
    public boolean isFragment() {
        return fragment;
    }

    /** A fragment other than the first one: it has no ports. */
    public boolean isLaterFragment() {
        return fragmentOffset != 0;
    }

    /** Where a fragment belongs, in octets; 0 for the first one and for whole packets. */
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /** IPv4 with options, IPv6 with a routing header: may go elsewhere than its address says. */
    public boolean isRouted() {
        return routed;
    }
}
