package io.sallyport.gateway.datapath.packet;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class AcknowledgementsTest {
    private static final int ROOM = 32;

    private final List<byte[]> frames = new ArrayList<>();
    private final Coalescer coalescer =
            new Coalescer(
                    (octets, offset, length) ->
                            frames.add(Arrays.copyOfRange(octets, offset + 10, offset + length)),
                    true);

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/datapath/acknowledgements.csv", numLinesToSkip = 1)
    void theLaterTakesThePlaceOfTheEarlierIfItSaysAll(
            String why,
            long earlier,
            String earlierBlocks,
            long later,
            String laterBlocks,
            boolean superseded) {
        byte[] first = acknowledgement((int) earlier, blocks(earlierBlocks));
        byte[] second = acknowledgement((int) later, blocks(laterBlocks));
        add(first);
        add(second);
        coalescer.flush();
        if (superseded) {
            assertThat(frames).as(why).containsExactly(second);
        } else {
            assertThat(frames).as(why).containsExactly(first, second);
        }
    }

    @Test
    void aWindowUpdateAndEachDuplicatePass() {
        byte[] acknowledgement = acknowledgement(100, new int[0]);
        add(acknowledgement);
        add(acknowledgement);
        add(acknowledgement);
        coalescer.flush();
        assertThat(frames).hasSize(3);
    }

    @Test
    void oneWithAWrongChecksumTakesNoPlace() {
        byte[] broken = acknowledgement(200, new int[0]);
        broken[37] ^= 1;
        add(acknowledgement(100, new int[0]));
        add(broken);
        coalescer.flush();
        assertThat(frames).hasSize(2);
    }

    @Test
    void otherFlagsPass() {
        byte[] reset = acknowledgement(200, new int[0]);
        reset[33] = 0x14;
        add(acknowledgement(100, new int[0]));
        add(reset);
        add(acknowledgement(300, new int[0]));
        coalescer.flush();
        assertThat(frames).hasSize(3);
    }

    @Test
    void theOrderWithDataStays() {
        byte[] data = Packets.tcp("10.0.0.7", "192.0.2.1", 7, 1, Packets.ACK, new byte[9]);
        byte[] before = acknowledgement(100, new int[0]);
        byte[] after = acknowledgement(200, new int[0]);
        add(before);
        add(data);
        add(after);
        coalescer.flush();
        assertThat(frames).containsExactly(before, data, after);
    }

    @Property
    void optionsMayBeAnything(@ForAll @Size(40) byte[] options, @ForAll @Size(40) byte[] others) {
        frames.clear();
        add(withOptions(100, options));
        add(withOptions(200, others));
        coalescer.flush();
        assertThat(frames).hasSizeBetween(1, 2);
    }

    private void add(byte[] packet) {
        byte[] buffer = new byte[ROOM + packet.length];
        System.arraycopy(packet, 0, buffer, ROOM, packet.length);
        IpPacket headers = new IpPacket();
        assertThat(headers.read(buffer, ROOM, packet.length)).isTrue();
        coalescer.add(headers, buffer, ROOM);
    }

    private static int[] blocks(String text) {
        return text == null
                ? new int[0]
                : Arrays.stream(text.split("[- ]", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private static byte[] acknowledgement(int number, int[] edges) {
        int sack = edges.length == 0 ? 0 : 4 + 4 * edges.length;
        ByteBuffer options = ByteBuffer.allocate(12 + sack);
        options.putInt(0x0101080a).putInt(1).putInt(2);
        if (sack > 0) {
            options.putShort((short) 0x0101).put((byte) 5).put((byte) (2 + 4 * edges.length));
            for (int edge : edges) {
                options.putInt(edge);
            }
        }
        return withOptions(number, options.array());
    }

    private static byte[] withOptions(int number, byte[] options) {
        return Packets.tcp("10.0.0.7", "192.0.2.1", 7, number, options);
    }
}
