package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a segment of the greatest length may cost, whatever it is filled with: memory up to a bound,
 * and time in proportion to its octets.
 */
class FullSegmentTest {
    /** 64 MB; what is thrown away again while decoding is part of it. */
    private static final long OCTETS_ALLOCATED = 128L * ViciCodec.MAX_SEGMENT_LENGTH;

    private static final int TIMES = 10;

    /** Ten times the octets take ten times as long, or a hundred times if the time is quadratic. */
    private static final int TIMES_AS_LONG = 40;

    /** Of the few; of the many a quarter, since a quadratic one takes seconds for each. */
    private static final int ROUNDS = 40;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Anything done with a segment, on this thread. */
    private interface Work {
        void on(byte[] octets) throws ViciProtocolException;
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vici/full.csv", delimiter = '|')
    void isDecodedOrRefusedWithinItsMemory(String why, String before, String again, String after) {
        byte[] segment = segment(ViciCodec.MAX_SEGMENT_LENGTH, before, again, after);

        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        decodeOrRefuse(segment);

        assertThat(THREADS.getCurrentThreadAllocatedBytes() - allocated)
                .as(why)
                .isLessThan(OCTETS_ALLOCATED);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vici/full.csv", delimiter = '|')
    void takesTimeInProportionToItsOctets(String why, String before, String again, String after)
            throws Exception {
        assertProportional(
                why,
                segment(ViciCodec.MAX_SEGMENT_LENGTH / TIMES, before, again, after),
                segment(ViciCodec.MAX_SEGMENT_LENGTH, before, again, after),
                FullSegmentTest::decodeOrRefuse);
    }

    @Test
    void takesTimeInProportionToKeysOfManyNames() throws Exception {
        int keys = 5000;
        assertProportional(
                "keys of many names, each looked up",
                keys(keys),
                keys(TIMES * keys),
                octets -> {
                    ViciMessage message = message(octets);
                    for (ViciMessage.Element element : message.elements()) {
                        assertThat(message.value(element.name())).isPresent();
                    }
                });
    }

    /**
     * The few first, until they run compiled code, then in turns: the first touch of a page of the
     * heap counts as this thread's time, and the many touch more of them before any is used again.
     */
    private static void assertProportional(String why, byte[] few, byte[] many, Work work)
            throws Exception {
        long fewNanos = least(ROUNDS, few, work);
        long manyNanos = least(1, many, work);
        for (int round = 1; round < ROUNDS / 4 && manyNanos > TIMES_AS_LONG * fewNanos; round++) {
            fewNanos = Math.min(fewNanos, least(1, few, work));
            manyNanos = Math.min(manyNanos, least(1, many, work));
        }
        assertThat(manyNanos).as(why).isLessThanOrEqualTo(TIMES_AS_LONG * fewNanos);
    }

    private static long least(int rounds, byte[] octets, Work work) throws ViciProtocolException {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < rounds; round++) {
            least = Math.min(least, cpuNanos(octets, work));
        }
        return least;
    }

    /** This thread's time on a processor: other load on the machine does not count. */
    private static long cpuNanos(byte[] octets, Work work) throws ViciProtocolException {
        long before = THREADS.getCurrentThreadCpuTime();
        work.on(octets);
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    private static void decodeOrRefuse(byte[] segment) {
        try {
            ViciPacket packet = ViciCodec.decode(segment);
            ByteBuffer _ = ViciCodec.encode(packet);
        } catch (ViciProtocolException _) {
            // As good: what counts is what it cost to find out.
        }
    }

    private static ViciMessage message(byte[] segment) throws ViciProtocolException {
        return ((ViciPacket.CmdResponse) ViciCodec.decode(segment)).message();
    }

    /** A response as long as it can be, at most {@code length}, without cutting anything short. */
    private static byte[] segment(int length, String before, String again, String after) {
        byte[] first = octets(before);
        byte[] unit = octets(again);
        byte[] last = octets(after);
        ByteBuffer segment = ByteBuffer.allocate(length);
        segment.put((byte) ViciCodec.CMD_RESPONSE).put(first);
        while (segment.remaining() >= unit.length + last.length) {
            segment.put(unit);
        }
        segment.put(last);
        return Arrays.copyOf(segment.array(), segment.position());
    }

    private static byte[] octets(String hex) {
        return hex == null ? new byte[0] : Octets.octets(hex).array();
    }

    private static byte[] keys(int count) {
        ViciMessage.Builder message = ViciMessage.builder();
        for (int i = 0; i < count; i++) {
            message.put("%05d".formatted(i), "");
        }
        return ViciCodec.encode(new ViciPacket.CmdResponse(message.build())).array();
    }
}
