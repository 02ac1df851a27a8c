package io.sallyport.gateway.datapath.packet;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class SegmenterTest {
    private static final int ROOM = 32;
    private static final int PORTS = 443 << 16 | 50_000;
    private static final byte GUARD = 0x5a;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "TCP over IPv4, 1, 192.0.2.1, 10.0.0.7, 6",
        "TCP over IPv6, 4, 2001:db8::1, fd00::7, 6",
        "UDP over IPv4, 5, 192.0.2.1, 10.0.0.7, 17",
        "UDP over IPv6, 5, 2001:db8::1, fd00::7, 17"
    })
    void cutsWhatTheKernelLeftJoined(
            String what, int gsoType, String source, String destination, int protocol) {
        byte[] payload = Packets.numbered(5_000);
        byte[] large =
                protocol == 6
                        ? Packets.tcp(source, destination, PORTS, -700, Packets.ACK, payload)
                        : Packets.udp(source, destination, PORTS, payload);
        List<byte[]> packets = cut(Packets.joined(gsoType, 1_200, large), true);

        assertThat(packets).as(what).hasSize(5).allMatch(Packets::hasGoodChecksums);
        for (int i = 0; i < 5; i++) {
            byte[] part =
                    Arrays.copyOfRange(payload, i * 1_200, Math.min(5_000, i * 1_200 + 1_200));
            byte[] alone =
                    protocol == 6
                            ? Packets.tcp(
                                    source, destination, PORTS, -700 + i * 1_200, Packets.ACK, part)
                            : Packets.udp(source, destination, PORTS, part);
            assertThat(withoutIdentification(packets.get(i)))
                    .as("packet %d", i)
                    .isEqualTo(withoutIdentification(alone));
        }
    }

    @Test
    void countsTheIdentificationOfIpv4Up() {
        byte[] large = Packets.tcp("192.0.2.1", "10.0.0.7", PORTS, 1, Packets.ACK, new byte[300]);
        assertThat(cut(Packets.joined(1, 100, large), true))
                .extracting(packet -> Octets.u16(packet, 4))
                .containsExactly(0x1234, 0x1235, 0x1236);
    }

    @Test
    void keepsPshAndFinForTheLastSegmentAndCwrForTheFirst() {
        int flags = Packets.ACK | Packets.PSH | Packets.FIN | Packets.CWR;
        byte[] large = Packets.tcp("192.0.2.1", "10.0.0.7", PORTS, 1, flags, new byte[300]);
        assertThat(cut(Packets.joined(0x81, 100, large), true))
                .extracting(packet -> packet[20 + 13] & 0xff)
                .containsExactly(
                        Packets.ACK | Packets.CWR,
                        Packets.ACK,
                        Packets.ACK | Packets.PSH | Packets.FIN);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 10.0.0.7", "2001:db8::1, fd00::7"})
    void completesAChecksumThatWasLeftOpen(String source, String destination) {
        byte[] packet = Packets.udp(source, destination, PORTS, Packets.numbered(99));
        byte[] frame = Packets.joined(0, 0, packet);
        int transport = source.contains(":") ? 40 : 20;
        int ip = VirtioHeader.LENGTH;
        long pseudo = Checksum.pseudoHeader(frame, ip, IpPacket.UDP, packet.length - transport);
        Octets.nativePut16(frame, ip + transport + 6, Checksum.fold(pseudo));

        assertThat(cut(frame, true)).containsExactly(packet);
    }

    @Test
    void passesAWholePacketOn() {
        byte[] packet = Packets.udp("192.0.2.1", "10.0.0.7", PORTS, Packets.numbered(99));
        assertThat(cut(Packets.whole(packet), true)).containsExactly(packet);
        assertThat(cut(packet, false)).containsExactly(packet);
    }

    @Test
    void whoHoldsAPacketMayWriteAroundIt() {
        byte[] payload = Packets.numbered(1_000);
        byte[] large = Packets.tcp("192.0.2.1", "10.0.0.7", PORTS, 1, Packets.ACK, payload);
        byte[] frame = Packets.joined(1, 100, large);
        byte[] buffer = new byte[ROOM + frame.length + ROOM];
        System.arraycopy(frame, 0, buffer, ROOM, frame.length);
        Segmenter segmenter = new Segmenter();
        segmenter.take(buffer, ROOM, frame.length, true);
        List<byte[]> packets = new ArrayList<>();
        for (int length = segmenter.next(); length > 0; length = segmenter.next()) {
            int at = segmenter.offset();
            packets.add(Arrays.copyOfRange(buffer, at, at + length));
            Arrays.fill(buffer, at - Segmenter.ROOM_BEFORE, at, GUARD);
            buffer[at + length] = GUARD;
        }
        assertThat(packets).hasSize(10).allMatch(Packets::hasGoodChecksums);
        assertThat(segmenter.count()).isEqualTo(10);
        assertThat(segmenter.octets()).isEqualTo(10 * 152);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no segment length, 1, 0, 20, 16",
        "IPv6 said of IPv4, 4, 100, 20, 16",
        "UDP said of TCP, 5, 100, 20, 16",
        "checksum elsewhere, 1, 100, 24, 16",
        "a type that nobody knows, 3, 100, 20, 16",
        "checksum behind the end, 0, 0, 60000, 16",
        "checksum field behind the end, 0, 0, 20, 60000"
    })
    void refusesAHeaderThatMakesNoSense(
            String why, int gsoType, int gsoSize, int checksumStart, int checksumOffset) {
        byte[] frame =
                Packets.joined(
                        gsoType,
                        gsoSize,
                        Packets.tcp("192.0.2.1", "10.0.0.7", PORTS, 1, 0x10, new byte[300]));
        Octets.nativePut16(frame, 6, checksumStart);
        Octets.nativePut16(frame, 8, checksumOffset);
        assertThat(cut(frame, true)).as(why).isEmpty();
    }

    @Property(tries = 5_000)
    void staysInsideOfAnyFrame(
            @ForAll @Size(max = 300) byte[] noise,
            @ForAll @IntRange(max = 5) int gsoType,
            @ForAll boolean tcp,
            @ForAll boolean ipv6) {
        byte[] packet = noise.clone();
        if (packet.length > 30) {
            packet[10] = (byte) (ipv6 ? 0x60 : 0x45);
            packet[ipv6 ? 16 : 19] = (byte) (tcp ? 6 : 17);
            packet[1] = (byte) gsoType;
            Octets.nativePut16(packet, 6, ipv6 ? 40 : 20);
        }
        cut(packet, true);
        cut(noise, false);
    }

    /** Cuts a frame, and sees that nothing was written outside of it and its room. */
    private static List<byte[]> cut(byte[] frame, boolean withVirtio) {
        byte[] buffer = new byte[ROOM + frame.length + ROOM];
        Arrays.fill(buffer, GUARD);
        System.arraycopy(frame, 0, buffer, ROOM, frame.length);
        Segmenter segmenter = new Segmenter();
        List<byte[]> packets = new ArrayList<>();
        if (segmenter.take(buffer, ROOM, frame.length, withVirtio)) {
            int octets = 0;
            for (int length = segmenter.next(); length > 0; length = segmenter.next()) {
                assertThat(segmenter.offset()).isGreaterThanOrEqualTo(ROOM);
                assertThat(segmenter.offset() + length).isLessThanOrEqualTo(ROOM + frame.length);
                assertThat(length).isLessThanOrEqualTo(segmenter.longest());
                octets += length;
                packets.add(
                        Arrays.copyOfRange(
                                buffer, segmenter.offset(), segmenter.offset() + length));
            }
            assertThat(packets).hasSize(segmenter.count());
            assertThat(octets).isEqualTo(segmenter.octets());
        }
        for (int i = 0; i < ROOM; i++) {
            assertThat(buffer[i]).isEqualTo(GUARD);
            assertThat(buffer[ROOM + frame.length + i]).isEqualTo(GUARD);
        }
        return packets;
    }

    private static byte[] withoutIdentification(byte[] packet) {
        byte[] copy = packet.clone();
        if (copy[0] >> 4 == 4) {
            Arrays.fill(copy, 4, 6, (byte) 0);
            Arrays.fill(copy, 10, 12, (byte) 0);
        }
        return copy;
    }
}
