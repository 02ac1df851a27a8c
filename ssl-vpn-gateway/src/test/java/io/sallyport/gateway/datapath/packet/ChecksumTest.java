package io.sallyport.gateway.datapath.packet;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class ChecksumTest {

    @Test
    void exampleOfRfc1071() {
        // Section 3: the sum of these octets is ddf2.
        byte[] octets = {0, 1, (byte) 0xf2, 3, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7};
        assertThat(ours(octets, 0, octets.length)).isEqualTo(~0xddf2 & 0xffff);
    }

    @Property
    void equalsThePlainSum(
            @ForAll @Size(max = 200) byte[] octets, @ForAll @IntRange(max = 20) int offset) {
        int from = Math.min(offset, octets.length);
        byte[] part = Arrays.copyOfRange(octets, from, octets.length);
        assertThat(ours(octets, from, octets.length - from)).isEqualTo(Packets.plainChecksum(part));
    }

    @Test
    void losesNoCarry() {
        byte[] octets = new byte[65_535];
        Arrays.fill(octets, (byte) 0xff);
        assertThat(ours(octets, 0, octets.length)).isEqualTo(Packets.plainChecksum(octets));
    }

    private static int ours(byte[] octets, int offset, int length) {
        byte[] field = new byte[2];
        int sum = ~Checksum.fold(Checksum.sum(octets, offset, length, 0));
        Octets.nativePut16(field, 0, sum);
        return Octets.u16(field, 0);
    }
}
