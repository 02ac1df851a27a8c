package io.sallyport.gateway.datapath.packet;

/**
 * Takes one frame of a TUN device and hands out the packets in it: segments that the kernel left
 * joined are cut (TCP and UDP, IPv4 and IPv6), checksums that it left open are completed. The
 * packets are made in place, one at a time: each header is written in front of its payload, over
 * the end of the packet before. So who holds a packet may overwrite {@link #ROOM_BEFORE} octets in
 * front of it and one behind it, and must be done with it when the next one is asked for.
 *
 * <p>An object belongs to one thread. A frame that makes no sense is refused, whatever its fields
 * say; nothing is read or written outside of it and its room.
 */
public final class Segmenter {
    /** Free octets that have to be in front of a frame without a virtio header. */
    public static final int ROOM_BEFORE = 16;

    /** IPv6 with some extension headers, and TCP with all options. */
    private static final int LONGEST_HEADER = 192;

    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;
    private static final int TCP_FLAGS = 13;
    private static final int FIN_AND_PSH = 0x09;
    private static final int CWR = 0x80;
    private static final int UDP_CHECKSUM_OFFSET = 6;

    private final IpPacket packet = new IpPacket();
    private final byte[] header = new byte[LONGEST_HEADER];
    private byte[] frame = new byte[0];
    private int end;
    private int count;
    private int octets;

    // The state of the cutting; a frame with one packet has no header length.
    private int headerLength;
    private int gsoSize;
    private int payload;
    private int segment;
    private int offset;
    private int behind;
    private byte savedBehind;

    /**
     * Takes a frame.
     *
     * @param withVirtio whether it begins with a virtio header; without, {@link #ROOM_BEFORE}
     *     octets in front of it are free, with it that many less the header's length
     * @return whether there is at least one packet in it. Its headers are in {@link #packet()}.
     */
    public boolean take(byte[] buffer, int start, int length, boolean withVirtio) {
        frame = buffer;
        end = start + length;
        count = 0;
        segment = 0;
        behind = -1;
        int ip = withVirtio ? start + VirtioHeader.LENGTH : start;
        if (ip >= end) {
            return false;
        }
        headerLength = 0;
        offset = ip;
        if (!withVirtio) {
            return whole(ip);
        }
        int type = VirtioHeader.gsoType(buffer, start) & ~VirtioHeader.GSO_ECN;
        if (type == VirtioHeader.GSO_NONE) {
            return whole(ip) && (!needsChecksum(start) || completeChecksum(start, ip));
        }
        return large(start, ip, type);
    }

    private boolean whole(int ip) {
        if (!packet.read(frame, ip, end - ip)) {
            return false;
        }
        count = 1;
        octets = end - ip;
        return true;
    }

    private boolean needsChecksum(int start) {
        return (VirtioHeader.flags(frame, start) & VirtioHeader.NEEDS_CHECKSUM) != 0;
    }

    private boolean completeChecksum(int start, int ip) {
        int from = ip + VirtioHeader.checksumStart(frame, start);
        int field = from + VirtioHeader.checksumOffset(frame, start);
        if (field + 2 > end) {
            count = 0;
            return false;
        }
        // The field has the sum of the pseudo header, so that it takes part.
        int checksum = ~Checksum.fold(Checksum.sum(frame, from, end - from, 0)) & 0xffff;
        boolean udp = field - from == UDP_CHECKSUM_OFFSET;
        Octets.nativePut16(frame, field, udp && checksum == 0 ? 0xffff : checksum);
        return true;
    }

    private boolean large(int start, int ip, int type) {
        gsoSize = VirtioHeader.gsoSize(frame, start);
        if (gsoSize == 0 || !packet.readLarge(frame, ip, end - ip) || packet.isFragment()) {
            return false;
        }
        int transport = packet.transportOffset();
        boolean fits =
                switch (type) {
                    case VirtioHeader.GSO_TCP_IPV4 ->
                            packet.isIpv4() && packet.protocol() == IpPacket.TCP;
                    case VirtioHeader.GSO_TCP_IPV6 ->
                            !packet.isIpv4() && packet.protocol() == IpPacket.TCP;
                    case VirtioHeader.GSO_UDP -> packet.protocol() == IpPacket.UDP;
                    default -> false;
                };
        if (!fits || VirtioHeader.checksumStart(frame, start) != transport) {
            return false;
        }
        int transportHeader = transportHeaderLength(ip + transport);
        headerLength = transport + transportHeader;
        int payloadLength = end - ip - headerLength;
        if (transportHeader == 0 || headerLength > LONGEST_HEADER || payloadLength <= 0) {
            return false;
        }
        System.arraycopy(frame, ip, header, 0, headerLength);
        payload = ip + headerLength;
        count = (payloadLength + gsoSize - 1) / gsoSize;
        octets = payloadLength + count * headerLength;
        return true;
    }

    /** 0 if it is not all there. */
    private int transportHeaderLength(int at) {
        if (packet.protocol() == IpPacket.UDP) {
            return UDP_HEADER;
        }
        if (at + TCP_HEADER > end) {
            return 0;
        }
        int length = (frame[at + 12] & 0xf0) >> 2;
        return length < TCP_HEADER || at + length > end ? 0 : length;
    }

    /** The headers of the frame: addresses and ports are those of every packet in it. */
    public IpPacket packet() {
        return packet;
    }

    /** How many packets there are in the frame. */
    public int count() {
        return count;
    }

    /** Octets of all packets in the frame. */
    public int octets() {
        return octets;
    }

    /** Octets of the longest packet in the frame. */
    public int longest() {
        return headerLength == 0 ? octets : Math.min(octets, headerLength + gsoSize);
    }

    /**
     * Makes the next packet.
     *
     * @return its length, 0 after the last one
     */
    public int next() {
        if (behind >= 0) {
            frame[behind] = savedBehind; // the payload that comes now begins there
            behind = -1;
        }
        if (segment == count) {
            return 0;
        }
        if (headerLength == 0) {
            segment = 1;
            return end - offset;
        }
        int from = payload + segment * gsoSize;
        int length = Math.min(gsoSize, end - from);
        boolean last = segment == count - 1;
        offset = from - headerLength;
        System.arraycopy(header, 0, frame, offset, headerLength);
        finish(length, last);
        if (!last) {
            behind = from + length;
            savedBehind = frame[behind];
        }
        segment++;
        return headerLength + length;
    }

    /** Where the packet made last begins. */
    public int offset() {
        return offset;
    }

    private void finish(int length, boolean last) {
        int transport = packet.transportOffset();
        int at = offset + transport;
        int transportLength = headerLength - transport + length;
        if (packet.isIpv4()) {
            Octets.put16(frame, offset + 2, headerLength + length);
            Octets.put16(frame, offset + 4, Octets.u16(header, 4) + segment);
            Checksum.putIpv4Header(frame, offset, transport);
        } else {
            Octets.put16(frame, offset + 4, headerLength + length - 40);
        }
        if (packet.protocol() == IpPacket.TCP) {
            Octets.put32(frame, at + 4, Octets.i32(header, transport + 4) + segment * gsoSize);
            int clear = (last ? 0 : FIN_AND_PSH) | (segment == 0 ? 0 : CWR);
            frame[at + TCP_FLAGS] = (byte) (frame[at + TCP_FLAGS] & ~clear);
            putChecksum(at, IpPacket.TCP, IpPacket.TCP_CHECKSUM_OFFSET, transportLength);
        } else {
            Octets.put16(frame, at + 4, transportLength);
            putChecksum(at, IpPacket.UDP, UDP_CHECKSUM_OFFSET, transportLength);
        }
    }

    private void putChecksum(int at, int protocol, int field, int length) {
        Octets.nativePut16(frame, at + field, 0);
        long sum = Checksum.pseudoHeader(frame, offset, protocol, length);
        int checksum = ~Checksum.fold(Checksum.sum(frame, at, length, sum)) & 0xffff;
        boolean udp = protocol == IpPacket.UDP;
        Octets.nativePut16(frame, at + field, udp && checksum == 0 ? 0xffff : checksum);
    }
}
