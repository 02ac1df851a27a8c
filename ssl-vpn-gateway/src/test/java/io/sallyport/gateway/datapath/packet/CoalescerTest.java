package io.sallyport.gateway.datapath.packet;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class CoalescerTest {
    private static final int PORTS = 50_000 << 16 | 443;
    private static final int ROOM = 64;

    private final List<byte[]> frames = new ArrayList<>();
    private final Coalescer coalescer =
            new Coalescer(
                    (octets, offset, length) ->
                            frames.add(Arrays.copyOfRange(octets, offset, offset + length)),
                    true);

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7", "fd00::7"})
    void joinsWhatContinuesAndTheKernelCanCutAgain(String source) {
        List<byte[]> packets = run(source, 40_000, 1_300, Packets.ACK);
        packets.forEach(this::add);
        coalescer.flush();

        assertThat(frames).hasSize(1);
        assertThat(coalescer.joined()).isEqualTo(packets.size() - 1);
        assertThat(cut(frames.getFirst())).containsExactlyElementsOf(packets);
    }

    @Property(tries = 200)
    void cuttingAndJoiningIsIdentity(
            @ForAll @IntRange(min = 1, max = 60_000) int length,
            @ForAll @IntRange(min = 40, max = 1_400) int segment,
            @ForAll boolean ipv6) {
        List<byte[]> packets = run(ipv6 ? "fd00::7" : "10.0.0.7", length, segment, Packets.ACK);
        CoalescerTest fresh = new CoalescerTest();
        packets.forEach(fresh::add);
        fresh.coalescer.flush();
        List<byte[]> again = new ArrayList<>();
        fresh.frames.forEach(frame -> again.addAll(cut(frame)));
        assertThat(again).containsExactlyElementsOf(packets);
    }

    @Test
    void flowsOfSeveralClientsDoNotSpoilEachOther() {
        List<byte[]> one = run("10.0.0.7", 5_000, 1_000, Packets.ACK);
        List<byte[]> two = run("10.0.0.8", 5_000, 1_000, Packets.ACK);
        for (int i = 0; i < 5; i++) {
            add(one.get(i));
            add(two.get(i));
        }
        coalescer.flush();
        assertThat(frames).hasSize(2);
    }

    @Test
    void moreFlowsThanItKeepsPushTheOldestOut() {
        for (int i = 0; i < 20; i++) {
            add(run("10.0.0." + (i + 1), 100, 100, Packets.ACK).getFirst());
        }
        assertThat(frames).hasSize(12);
        coalescer.flush();
        assertThat(frames).hasSize(20);
    }

    @Test
    void pshDoesNotEndARunAndIsKept() {
        List<byte[]> packets = run("10.0.0.7", 3_000, 1_000, Packets.ACK);
        add(packets.get(0));
        add(segment("10.0.0.7", 1_001, Packets.ACK | Packets.PSH, packets.get(1).length - 52));
        add(packets.get(2));
        coalescer.flush();
        assertThat(frames).hasSize(1);
        assertThat(frames.getFirst()[VirtioHeader.LENGTH + 33])
                .isEqualTo((byte) (Packets.ACK | Packets.PSH));
    }

    @Test
    void aShortSegmentEndsARun() {
        add(segment("10.0.0.7", 1, Packets.ACK, 1_000));
        add(segment("10.0.0.7", 1_001, Packets.ACK, 10));
        add(segment("10.0.0.7", 1_011, Packets.ACK, 1_000));
        coalescer.flush();
        assertThat(frames).hasSize(2);
    }

    @Test
    void doesNotJoinWhatIsNotNext() {
        add(segment("10.0.0.7", 1, Packets.ACK, 1_000));
        add(segment("10.0.0.7", 2_001, Packets.ACK, 1_000));
        add(segment("10.0.0.7", 1_001, Packets.ACK, 1_000));
        coalescer.flush();
        assertThat(frames).hasSize(3);
    }

    @Test
    void theOrderWithinAFlowStays() {
        byte[] data = segment("10.0.0.7", 1, Packets.ACK, 1_000);
        byte[] fin = segment("10.0.0.7", 1_001, Packets.ACK | Packets.FIN, 0);
        add(data);
        add(fin);
        coalescer.flush();
        assertThat(frames).containsExactly(Packets.whole(data), Packets.whole(fin));
    }

    @Test
    void neverRepairsAWrongChecksum() {
        byte[] first = segment("10.0.0.7", 1, Packets.ACK, 1_000);
        byte[] broken = segment("10.0.0.7", 1_001, Packets.ACK, 1_000);
        broken[500] ^= 1;
        byte[] third = segment("10.0.0.7", 2_001, Packets.ACK, 1_000);
        for (byte[] packet : List.of(first, broken, third)) {
            add(packet);
        }
        coalescer.flush();
        assertThat(frames)
                .containsExactly(Packets.whole(first), Packets.whole(broken), Packets.whole(third));
    }

    @Test
    void aPlainDeviceGetsPacketsAsTheyAre() {
        List<byte[]> written = new ArrayList<>();
        Coalescer plain =
                new Coalescer(
                        (octets, offset, length) ->
                                written.add(Arrays.copyOfRange(octets, offset, offset + length)),
                        false);
        byte[] packet = segment("10.0.0.7", 1, Packets.ACK, 100);
        IpPacket headers = new IpPacket();
        assertThat(headers.read(packet, 0, packet.length)).isTrue();
        plain.add(headers, packet, 0);
        assertThat(written).containsExactly(packet);
    }

    @Property(tries = 5_000)
    void takesAnything(@ForAll @Size(max = 120) byte[] noise, @ForAll boolean ipv6) {
        byte[] packet = noise.clone();
        if (packet.length >= 40) {
            packet[0] = (byte) (ipv6 ? 0x60 : 0x45);
            packet[ipv6 ? 6 : 9] = 6;
            Octets.put16(packet, ipv6 ? 4 : 2, ipv6 ? packet.length - 40 : packet.length);
        }
        int before = frames.size();
        add(packet);
        add(packet);
        coalescer.flush();
        IpPacket headers = new IpPacket();
        int expected = headers.read(packet, 0, packet.length) ? 2 : 0;
        assertThat(frames.size() - before).isEqualTo(expected);
    }

    private void add(byte[] packet) {
        byte[] buffer = new byte[ROOM + packet.length];
        System.arraycopy(packet, 0, buffer, ROOM, packet.length);
        IpPacket headers = new IpPacket();
        if (headers.read(buffer, ROOM, packet.length)) {
            coalescer.add(headers, buffer, ROOM);
        }
    }

    private static byte[] segment(String source, int sequence, int flags, int length) {
        String destination = source.contains(":") ? "2001:db8::1" : "192.0.2.1";
        return Packets.tcp(source, destination, PORTS, sequence, flags, Packets.numbered(length));
    }

    /** The segments of one run, as a client sends them. */
    private static List<byte[]> run(String source, int length, int segment, int flags) {
        String destination = source.contains(":") ? "2001:db8::1" : "192.0.2.1";
        byte[] large = Packets.tcp(source, destination, PORTS, 1, flags, Packets.numbered(length));
        return cut(Packets.joined(source.contains(":") ? 4 : 1, segment, large));
    }

    private static List<byte[]> cut(byte[] frame) {
        byte[] buffer = new byte[ROOM + frame.length + ROOM];
        System.arraycopy(frame, 0, buffer, ROOM, frame.length);
        Segmenter segmenter = new Segmenter();
        assertThat(segmenter.take(buffer, ROOM, frame.length, true)).isTrue();
        List<byte[]> packets = new ArrayList<>();
        for (int length = segmenter.next(); length > 0; length = segmenter.next()) {
            packets.add(
                    Arrays.copyOfRange(buffer, segmenter.offset(), segmenter.offset() + length));
        }
        return packets;
    }
}
