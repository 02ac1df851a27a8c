package io.sallyport.gateway.datapath.packet;

import java.util.Arrays;

/**
 * Joins the TCP segments that clients send into large ones (as GRO does in the kernel), so that the
 * network stack behind the TUN device works once for many packets. Several flows are open at a
 * time, so that clients that send at once do not spoil each other's. The order within a flow stays.
 *
 * <p>Segments are joined when one continues the other and all else in their headers is equal. PSH
 * does not end a run, because senders set it at the end of every burst; the joined segment has it
 * if any part had it. A checksum that does not hold is passed on as it is, never repaired by
 * joining. Of acknowledgements alone, the last one of a batch takes the place of those that say
 * nothing more (see {@link Acknowledgements}): each would cost the stack as much as a large
 * segment.
 *
 * <p>An object belongs to one thread, which calls {@link #flush} at the end of each batch.
 */
public final class Coalescer {
    /** Octets in front of a packet that {@link #add} may overwrite. */
    public static final int ROOM_BEFORE = VirtioHeader.LENGTH;

    private static final int FLOWS = 8;
    private static final int LONGEST = 65_535;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int TCP_FLAGS = 13;
    private static final int PSH = 0x08;
    private static final int ACK = 0x10;
    private static final int DONT_FRAGMENT = 0x40;

    private final FrameSink sink;
    private final boolean withVirtio;
    private final Flow[] flows = new Flow[FLOWS];
    private int open;
    private long joined;

    /**
     * @param withVirtio whether the device's frames have virtio headers; without, each packet is
     *     written as it is
     */
    public Coalescer(FrameSink sink, boolean withVirtio) {
        this.sink = sink;
        this.withVirtio = withVirtio;
        if (withVirtio) {
            Arrays.setAll(flows, _ -> new Flow());
        }
    }

    /**
     * Takes one packet: writes it at once, or keeps a copy up to the next {@link #flush}.
     *
     * @param packet the headers of the same octets
     * @param octets the {@link #ROOM_BEFORE} octets in front of the packet are overwritten
     */
    public void add(IpPacket packet, byte[] octets, int offset) {
        if (!withVirtio || packet.protocol() != IpPacket.TCP || !packet.portsKnown()) {
            single(octets, offset, packet.length());
            return;
        }
        int flow = find(packet);
        boolean acknowledgement = Acknowledgements.isPure(packet, octets, offset);
        if (!acknowledgement && !isJoinable(packet, octets, offset)) {
            if (flow >= 0) {
                close(flow);
            }
            single(octets, offset, packet.length());
            return;
        }
        if (flow >= 0) {
            if (flows[flow].append(packet, octets, offset, acknowledgement)) {
                joined++;
                return;
            }
            close(flow);
        } else if (open == FLOWS) {
            close(0);
        }
        flows[open++].begin(packet, octets, offset, acknowledgement);
    }

    /** Writes all that was kept, the oldest flow first. */
    public void flush() {
        for (int i = 0; i < open; i++) {
            flows[i].write();
        }
        open = 0;
    }

    /** Forgets what was kept, after a failure. */
    public void clear() {
        open = 0;
    }

    /** How many packets were joined to one before them, or took its place. */
    public long joined() {
        return joined;
    }

    private void single(byte[] octets, int offset, int length) {
        if (withVirtio) {
            int at = offset - VirtioHeader.LENGTH;
            VirtioHeader.putPlain(octets, at);
            sink.write(octets, at, length + VirtioHeader.LENGTH);
        } else {
            sink.write(octets, offset, length);
        }
    }

    private int find(IpPacket packet) {
        for (int i = 0; i < open; i++) {
            if (flows[i].isOf(packet)) {
                return i;
            }
        }
        return -1;
    }

    private void close(int flow) {
        Flow closed = flows[flow];
        closed.write();
        open--;
        System.arraycopy(flows, flow + 1, flows, flow, open - flow);
        flows[open] = closed;
    }

    private static boolean isJoinable(IpPacket packet, byte[] octets, int offset) {
        int tcp = packet.transportOffset();
        int plainHeader = packet.isIpv4() ? IPV4_HEADER : IPV6_HEADER;
        if (packet.isFragment() || tcp != plainHeader || tcp + TCP_HEADER > packet.length()) {
            return false;
        }
        int tcpHeader = (octets[offset + tcp + 12] & 0xf0) >> 2;
        int flags = Octets.u8(octets, offset + tcp + TCP_FLAGS);
        return tcpHeader >= TCP_HEADER
                && tcp + tcpHeader < packet.length() // an acknowledgement alone joins nothing
                && (flags & ~PSH) == ACK;
    }

    private static boolean isChecksumGood(byte[] octets, int ip, int tcp, int length) {
        int tcpLength = length - tcp;
        long pseudo = Checksum.pseudoHeader(octets, ip, IpPacket.TCP, tcpLength);
        return Checksum.fold(Checksum.sum(octets, ip + tcp, tcpLength, pseudo)) == 0xffff;
    }

    /** One run of segments; the frame to write grows in its buffer. */
    private final class Flow {
        private static final int IP = VirtioHeader.LENGTH;

        private final byte[] buffer = new byte[VirtioHeader.LENGTH + LONGEST];
        private long sourceHigh;
        private long sourceLow;
        private long destinationHigh;
        private long destinationLow;
        private int ports;
        private boolean ipv4;
        private int tcp;
        private int headerLength;
        private int length;
        private int segments;
        private int segmentLength;
        private int nextSequence;
        private int identification;
        private boolean acknowledgement; // one that only acknowledges, nothing is joined to it
        private boolean checked;
        private boolean full;

        boolean isOf(IpPacket packet) {
            return sourceLow == packet.sourceLow()
                    && destinationLow == packet.destinationLow()
                    && ports == ports(packet)
                    && sourceHigh == packet.sourceHigh()
                    && destinationHigh == packet.destinationHigh();
        }

        private static int ports(IpPacket packet) {
            return packet.sourcePort() << 16 | packet.destinationPort();
        }

        void begin(IpPacket packet, byte[] octets, int offset, boolean onlyAcknowledges) {
            acknowledgement = onlyAcknowledges;
            sourceHigh = packet.sourceHigh();
            sourceLow = packet.sourceLow();
            destinationHigh = packet.destinationHigh();
            destinationLow = packet.destinationLow();
            ports = ports(packet);
            ipv4 = packet.isIpv4();
            tcp = packet.transportOffset();
            headerLength = tcp + ((octets[offset + tcp + 12] & 0xf0) >> 2);
            length = packet.length();
            System.arraycopy(octets, offset, buffer, IP, length);
            segments = 1;
            segmentLength = length - headerLength;
            nextSequence = Octets.i32(octets, offset + tcp + 4) + segmentLength;
            identification = ipv4 ? Octets.u16(octets, offset + 4) : 0;
            checked = false;
            full = false;
        }

        /** Joins a packet to the run, or has it take the place of an acknowledgement. */
        boolean append(IpPacket packet, byte[] octets, int offset, boolean onlyAcknowledges) {
            return acknowledgement == onlyAcknowledges
                    && (acknowledgement
                            ? supersede(packet, octets, offset)
                            : join(packet, octets, offset));
        }

        private boolean supersede(IpPacket packet, byte[] octets, int offset) {
            if (tcp != packet.transportOffset()
                    || !isNetworkAlike(octets, offset)
                    || !Acknowledgements.isSuperseded(buffer, IP + tcp, octets, offset + tcp)
                    || !isChecksumGood(octets, offset, tcp, packet.length())) {
                return false;
            }
            begin(packet, octets, offset, true);
            return true;
        }

        private boolean join(IpPacket packet, byte[] octets, int offset) {
            int payload = packet.length() - headerLength;
            if (full
                    || payload <= 0
                    || payload > segmentLength
                    || length + payload > LONGEST
                    || Octets.i32(octets, offset + tcp + 4) != nextSequence
                    || !isAlike(octets, offset)
                    || !isChecksumGood(octets, offset, tcp, packet.length())
                    || !isOwnChecksumGood()) {
                return false;
            }
            System.arraycopy(octets, offset + headerLength, buffer, IP + length, payload);
            length += payload;
            nextSequence += payload;
            segments++;
            full = payload < segmentLength; // a short one is the last of a run
            buffer[IP + tcp + TCP_FLAGS] |= (byte) (octets[offset + tcp + TCP_FLAGS] & PSH);
            return true;
        }

        private boolean isOwnChecksumGood() {
            checked = checked || isChecksumGood(buffer, IP, tcp, length);
            return checked;
        }

        // All of the headers but lengths, sequence number, PSH and checksums.
        private boolean isAlike(byte[] octets, int offset) {
            int at = offset + tcp;
            return (ipv4 ? isIpv4Alike(octets, offset) : isIpv6Alike(octets, offset))
                    && octets[at + 12] == buffer[IP + tcp + 12]
                    && Octets.i32(octets, at + 8) == Octets.i32(buffer, IP + tcp + 8)
                    && Octets.u16(octets, at + 14) == Octets.u16(buffer, IP + tcp + 14)
                    && Octets.u16(octets, at + 18) == Octets.u16(buffer, IP + tcp + 18)
                    && Arrays.equals(
                            octets,
                            at + TCP_HEADER,
                            offset + headerLength,
                            buffer,
                            IP + tcp + TCP_HEADER,
                            IP + headerLength);
        }

        // Class of traffic, and its congestion (ECN).
        private boolean isNetworkAlike(byte[] octets, int offset) {
            return ipv4
                    ? Octets.u16(octets, offset) == Octets.u16(buffer, IP)
                    : Octets.i32(octets, offset) == Octets.i32(buffer, IP);
        }

        // Identifications count up when the kernel cuts the segment again. With DF nobody looks at
        // them (RFC 6864 section 4.1), without they must be what they were.
        private boolean isIpv4Alike(byte[] octets, int offset) {
            return Octets.u16(octets, offset) == Octets.u16(buffer, IP)
                    && octets[offset + 6] == buffer[IP + 6]
                    && octets[offset + 8] == buffer[IP + 8]
                    && ((octets[offset + 6] & DONT_FRAGMENT) != 0
                            || Octets.u16(octets, offset + 4)
                                    == ((identification + segments) & 0xffff));
        }

        private boolean isIpv6Alike(byte[] octets, int offset) {
            return Octets.i32(octets, offset) == Octets.i32(buffer, IP)
                    && octets[offset + 7] == buffer[IP + 7];
        }

        void write() {
            if (segments == 1) {
                VirtioHeader.putPlain(buffer, 0);
            } else {
                VirtioHeader.putTcp(buffer, 0, ipv4, headerLength, segmentLength, tcp);
                if (ipv4) {
                    Octets.put16(buffer, IP + 2, length);
                    Checksum.putIpv4Header(buffer, IP, tcp);
                } else {
                    Octets.put16(buffer, IP + 4, length - IPV6_HEADER);
                }
                long pseudo = Checksum.pseudoHeader(buffer, IP, IpPacket.TCP, length - tcp);
                int field = IP + tcp + IpPacket.TCP_CHECKSUM_OFFSET;
                Octets.nativePut16(buffer, field, Checksum.fold(pseudo));
            }
            sink.write(buffer, 0, VirtioHeader.LENGTH + length);
        }
    }
}
