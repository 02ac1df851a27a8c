package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.vici.ViciMessage.Element;
import io.sallyport.vici.ViciMessage.ItemList;
import io.sallyport.vici.ViciMessage.KeyValue;
import io.sallyport.vici.ViciMessage.Section;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

class ViciCodecPropertyTest {
    /** What an octet may cost in memory: an empty section of three octets becomes three objects. */
    private static final long OCTETS_ALLOCATED_PER_OCTET = 128;

    private static final long OCTETS_ALLOCATED_AT_LEAST = 64 * 1024;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Property
    void decodingUndoesEncoding(@ForAll("packets") ViciPacket packet) throws Exception {
        assertThat(ViciCodec.decode(ViciCodec.encode(packet))).isEqualTo(packet);
    }

    @Property
    void encodingUndoesDecoding(@ForAll @Size(max = 2000) byte[] octets) {
        decodeOrRefuse(ByteBuffer.wrap(octets));
    }

    @Property
    void damagedPacketIsDecodedOrRefused(
            @ForAll("packets") ViciPacket packet,
            @ForAll @IntRange(max = 100_000) int where,
            @ForAll byte octet,
            @ForAll boolean cut) {
        ByteBuffer segment = ViciCodec.encode(packet);
        int index = where % segment.remaining();
        segment.put(index, octet);
        decodeOrRefuse(cut ? segment.limit(index) : segment);
    }

    /** Elements as they are on the wire, in any order: reaches deeper than random octets. */
    @Property
    void shuffledElementsAreDecodedOrRefused(@ForAll("fragments") byte[][] fragments) {
        ByteBuffer segment = ByteBuffer.allocate(ViciCodec.MAX_SEGMENT_LENGTH);
        segment.put((byte) ViciCodec.CMD_RESPONSE);
        for (byte[] fragment : fragments) {
            segment.put(fragment);
        }
        decodeOrRefuse(segment.flip());
    }

    private static void decodeOrRefuse(ByteBuffer segment) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            ViciPacket packet = ViciCodec.decode(segment);
            assertAllocated(before, segment.remaining());
            assertThat(ViciCodec.encode(packet)).isEqualTo(segment);
        } catch (ViciProtocolException _) {
            assertAllocated(before, segment.remaining());
        }
    }

    private static void assertAllocated(long before, int octets) {
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .isLessThan(OCTETS_ALLOCATED_AT_LEAST + OCTETS_ALLOCATED_PER_OCTET * octets);
    }

    @Provide
    Arbitrary<byte[][]> fragments() {
        return Arbitraries.of(
                        "010173",
                        "02",
                        "03016b0000",
                        "03016b000161",
                        "04016c",
                        "050000",
                        "06",
                        "05ffff",
                        "0100",
                        "03")
                .map(hex -> Octets.octets(hex).array())
                .array(byte[][].class)
                .ofMaxSize(200);
    }

    @Provide
    Arbitrary<ViciPacket> packets() {
        Arbitrary<ViciMessage> messages = messages(3);
        Arbitrary<String> names = names();
        return Arbitraries.oneOf(
                Combinators.combine(names, messages).as(ViciPacket.CmdRequest::new),
                messages.map(ViciPacket.CmdResponse::new),
                Arbitraries.just(new ViciPacket.CmdUnknown()),
                names.map(ViciPacket.EventRegister::new),
                names.map(ViciPacket.EventUnregister::new),
                Arbitraries.just(new ViciPacket.EventConfirm()),
                Arbitraries.just(new ViciPacket.EventUnknown()),
                Combinators.combine(names, messages).as(ViciPacket.Event::new));
    }

    private static Arbitrary<ViciMessage> messages(int depth) {
        Arbitrary<Element> keyValues = Combinators.combine(names(), values()).as(KeyValue::new);
        Arbitrary<Element> lists =
                Combinators.combine(names(), values().list().ofMaxSize(5)).as(ItemList::new);
        Arbitrary<Element> elements =
                depth == 0
                        ? Arbitraries.oneOf(keyValues, lists)
                        : Arbitraries.oneOf(
                                keyValues,
                                lists,
                                Combinators.combine(names(), messages(depth - 1)).as(Section::new));
        return elements.list().ofMaxSize(6).map(ViciMessage::of);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .ofMaxLength(ViciMessage.MAX_NAME_LENGTH);
    }

    private static Arbitrary<ViciValue> values() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(ViciValue::of);
    }
}
