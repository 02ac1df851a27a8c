package io.sallyport.gateway.datapath.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packets of a made-up TCP connection, for the warm-up: as a kernel gives and takes them. */
public final class ProbeTraffic {
    private static final int IPV4_HEADER = 20;
    private static final int TCP_HEADER = 32;
    private static final int HEADERS = IPV4_HEADER + TCP_HEADER;
    private static final int ACK = 0x10;

    private ProbeTraffic() {}

    /**
     * A frame with a virtio header and a joined segment.
     *
     * @param source as IPv4 has it, in four octets
     * @param segment octets of each segment it is to be cut into
     */
    public static byte[] joined(int source, int destination, int octets, int segment) {
        byte[] frame = new byte[VirtioHeader.LENGTH + HEADERS + octets];
        int ip = VirtioHeader.LENGTH;
        int tcp = ip + IPV4_HEADER;
        VirtioHeader.putTcp(frame, 0, true, HEADERS, segment, IPV4_HEADER);
        frame[ip] = 0x45;
        Octets.put16(frame, ip + 2, HEADERS + octets);
        frame[ip + 6] = 0x40; // don't fragment
        frame[ip + 8] = 64;
        frame[ip + 9] = IpPacket.TCP;
        Octets.put32(frame, ip + 12, source);
        Octets.put32(frame, ip + 16, destination);
        Octets.put32(frame, tcp, (443 << 16) | 50_000);
        frame[tcp + 12] = (byte) ((TCP_HEADER / 4) << 4);
        frame[tcp + 13] = ACK;
        Octets.put32(frame, tcp + 20, 0x0101080a); // a timestamp, as nearly all have it
        return frame;
    }

    /** The packets that such a frame is cut into. */
    public static List<byte[]> packets(int source, int destination, int octets, int segment) {
        byte[] frame = joined(source, destination, octets, segment);
        byte[] buffer = new byte[Segmenter.ROOM_BEFORE + frame.length + 1];
        System.arraycopy(frame, 0, buffer, Segmenter.ROOM_BEFORE, frame.length);
        Segmenter segmenter = new Segmenter();
        List<byte[]> packets = new ArrayList<>();
        if (segmenter.take(buffer, Segmenter.ROOM_BEFORE, frame.length, true)) {
            for (int length = segmenter.next(); length > 0; length = segmenter.next()) {
                int at = segmenter.offset();
                packets.add(Arrays.copyOfRange(buffer, at, at + length));
            }
        }
        return packets;
    }
}
