package io.sallyport.gateway.datapath.packet;

/**
 * The header in front of each frame of a TUN device with IFF_VNET_HDR (linux/virtio_net.h, struct
 * virtio_net_hdr, the old layout without the number of buffers; native byte order).
 */
public final class VirtioHeader {
    public static final int LENGTH = 10;

    static final int NEEDS_CHECKSUM = 1;

    static final int GSO_NONE = 0;
    static final int GSO_TCP_IPV4 = 1;
    static final int GSO_TCP_IPV6 = 4;
    static final int GSO_UDP = 5;

    /** A bit beside the GSO type: the first segment has CWR set. */
    static final int GSO_ECN = 0x80;

    private VirtioHeader() {}

    static int flags(byte[] frame, int at) {
        return frame[at] & 0xff;
    }

    static int gsoType(byte[] frame, int at) {
        return frame[at + 1] & 0xff;
    }

    static int gsoSize(byte[] frame, int at) {
        return Octets.nativeU16(frame, at + 4);
    }

    static int checksumStart(byte[] frame, int at) {
        return Octets.nativeU16(frame, at + 6);
    }

    static int checksumOffset(byte[] frame, int at) {
        return Octets.nativeU16(frame, at + 8);
    }

    /** The header of a packet that the kernel takes as it is. */
    static void putPlain(byte[] frame, int at) {
        Octets.nativePut64(frame, at, 0L);
        Octets.nativePut16(frame, at + 8, 0);
    }

    /** The header of joined TCP segments, whose checksum field has the pseudo header's sum. */
    static void putTcp(
            byte[] frame, int at, boolean ipv4, int headerLength, int gsoSize, int tcpOffset) {
        frame[at] = NEEDS_CHECKSUM;
        frame[at + 1] = (byte) (ipv4 ? GSO_TCP_IPV4 : GSO_TCP_IPV6);
        Octets.nativePut16(frame, at + 2, headerLength);
        Octets.nativePut16(frame, at + 4, gsoSize);
        Octets.nativePut16(frame, at + 6, tcpOffset);
        Octets.nativePut16(frame, at + 8, IpPacket.TCP_CHECKSUM_OFFSET);
    }
}
