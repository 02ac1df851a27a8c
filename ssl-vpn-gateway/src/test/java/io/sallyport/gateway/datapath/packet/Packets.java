package io.sallyport.gateway.datapath.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes packets for tests, octet by octet as the RFCs draw them, with checksums done plainly. */
public final class Packets {
    public static final int ACK = 0x10;
    public static final int PSH = 0x08;
    public static final int FIN = 0x01;
    public static final int CWR = 0x80;

    private Packets() {}

    /** A TCP segment with a timestamp option. */
    public static byte[] tcp(
            String source, String destination, int ports, int sequence, int flags, byte[] payload) {
        ByteBuffer tcp = ByteBuffer.allocate(32 + payload.length);
        tcp.putShort((short) (ports >>> 16)).putShort((short) ports);
        tcp.putInt(sequence).putInt(77).put((byte) 0x80).put((byte) flags);
        tcp.putShort((short) 500).putInt(0); // window, checksum, urgent pointer
        tcp.putInt(0x0101080a).putInt(1234).putInt(5678).put(payload);
        return ip(source, destination, 6, 16, tcp.array());
    }

    /** A TCP segment that only acknowledges, with options of a length that is a multiple of 4. */
    static byte[] tcp(
            String source, String destination, int ports, int acknowledged, byte[] options) {
        ByteBuffer tcp = ByteBuffer.allocate(20 + options.length);
        tcp.putInt(ports).putInt(1).putInt(acknowledged);
        tcp.put((byte) ((tcp.capacity() / 4) << 4)).put((byte) ACK);
        tcp.putShort((short) 500).putInt(0).put(options);
        return ip(source, destination, 6, 16, tcp.array());
    }

    public static byte[] udp(String source, String destination, int ports, byte[] payload) {
        ByteBuffer udp = ByteBuffer.allocate(8 + payload.length);
        udp.putShort((short) (ports >>> 16)).putShort((short) ports);
        udp.putShort((short) udp.capacity()).putShort((short) 0).put(payload);
        return ip(source, destination, 17, 6, udp.array());
    }

    /** A packet of a protocol without a checksum that we know of. */
    public static byte[] other(String source, String destination, int protocol, byte[] content) {
        return ip(source, destination, protocol, -1, content);
    }

    private static byte[] ip(String from, String to, int protocol, int checksumAt, byte[] content) {
        byte[] source = InetAddress.ofLiteral(from).getAddress();
        byte[] destination = InetAddress.ofLiteral(to).getAddress();
        if (checksumAt >= 0) {
            int checksum = transportChecksum(source, destination, protocol, content);
            boolean udpZero = protocol == 17 && checksum == 0;
            ByteBuffer.wrap(content).putShort(checksumAt, (short) (udpZero ? 0xffff : checksum));
        }
        boolean ipv4 = source.length == 4;
        ByteBuffer packet = ByteBuffer.allocate((ipv4 ? 20 : 40) + content.length);
        if (ipv4) {
            packet.putShort((short) 0x4500).putShort((short) packet.capacity());
            packet.putInt(0x12344000).put((byte) 64).put((byte) protocol).putShort((short) 0);
            packet.put(source).put(destination);
            byte[] header = Arrays.copyOf(packet.array(), 20);
            packet.putShort(10, (short) plainChecksum(header));
        } else {
            packet.putInt(0x60000000).putShort((short) content.length);
            packet.put((byte) protocol).put((byte) 64).put(source).put(destination);
        }
        return packet.put(content).array();
    }

    /** The checksum of a TCP or UDP part as RFC 9293 section 3.1 says it. */
    static int transportChecksum(byte[] source, byte[] destination, int protocol, byte[] content) {
        ByteBuffer all = ByteBuffer.allocate(2 * source.length + 8 + content.length);
        all.put(source).put(destination).putInt(content.length).putInt(protocol).put(content);
        return plainChecksum(all.array());
    }

    /** RFC 1071 section 4.1, as written there. */
    static int plainChecksum(byte[] octets) {
        long sum = 0;
        for (int i = 0; i < octets.length; i += 2) {
            int low = i + 1 < octets.length ? octets[i + 1] & 0xff : 0;
            sum += (octets[i] & 0xff) << 8 | low;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }

    /** Whether the checksums of a whole TCP or UDP packet hold. */
    public static boolean hasGoodChecksums(byte[] packet) {
        boolean ipv4 = packet[0] >> 4 == 4;
        int header = ipv4 ? 20 : 40;
        if (ipv4 && plainChecksum(Arrays.copyOf(packet, 20)) != 0) {
            return false;
        }
        byte[] source = Arrays.copyOfRange(packet, ipv4 ? 12 : 8, ipv4 ? 16 : 24);
        byte[] destination = Arrays.copyOfRange(packet, ipv4 ? 16 : 24, ipv4 ? 20 : 40);
        byte[] content = Arrays.copyOfRange(packet, header, packet.length);
        return transportChecksum(source, destination, packet[ipv4 ? 9 : 6], content) == 0;
    }

    public static byte[] numbered(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i * 31 + (i >> 8));
        }
        return octets;
    }

    /** A frame as the kernel gives it when it left segments joined. */
    public static byte[] joined(int gsoType, int gsoSize, byte[] packet) {
        boolean ipv4 = packet[0] >> 4 == 4;
        int ipHeader = ipv4 ? 20 : 40;
        boolean tcp = packet[ipv4 ? 9 : 6] == 6;
        int header = ipHeader + (tcp ? (packet[ipHeader + 12] & 0xf0) >> 2 : 8);
        byte[] frame = new byte[VirtioHeader.LENGTH + packet.length];
        frame[0] = VirtioHeader.NEEDS_CHECKSUM;
        frame[1] = (byte) gsoType;
        Octets.nativePut16(frame, 2, header);
        Octets.nativePut16(frame, 4, gsoSize);
        Octets.nativePut16(frame, 6, ipHeader);
        Octets.nativePut16(frame, 8, tcp ? 16 : 6);
        System.arraycopy(packet, 0, frame, VirtioHeader.LENGTH, packet.length);
        return frame;
    }

    /** A frame with one whole packet. */
    public static byte[] whole(byte[] packet) {
        byte[] frame = new byte[VirtioHeader.LENGTH + packet.length];
        System.arraycopy(packet, 0, frame, VirtioHeader.LENGTH, packet.length);
        return frame;
    }
}
