package io.sallyport.vici;

import static io.sallyport.vici.Octets.hex;
import static io.sallyport.vici.Octets.octets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.vici.ViciPacket.CmdRequest;
import io.sallyport.vici.ViciPacket.CmdResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.List;

class ViciCodecTest {
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vici/packets.csv", delimiter = '|')
    void decodesAndEncodesPacket(String why, String hex, String text) throws Exception {
        ViciPacket packet = ViciCodec.decode(octets(hex));

        assertThat(Octets.text(packet)).as(why).isEqualTo(text);
        assertThat(hex(ViciCodec.encode(packet))).as(why).isEqualTo(hex.replace(" ", ""));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vici/malformed.csv", delimiter = '|')
    void refusesMalformedPacket(String why, String hex, String message) {
        assertThatThrownBy(() -> ViciCodec.decode(octets(hex == null ? "" : hex)))
                .as(why)
                .isInstanceOf(ViciProtocolException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesEveryTruncationOfPacketWithOpenSection() throws Exception {
        ByteBuffer whole =
                ViciCodec.encode(
                        new CmdResponse(
                                ViciMessage.builder()
                                        .section(
                                                "outer",
                                                outer ->
                                                        outer.put("key", "value")
                                                                .list("list", List.of("a", "b")))
                                        .build()));
        for (int length = 2; length < whole.limit(); length++) {
            ByteBuffer truncated = whole.duplicate().limit(length);
            assertThatThrownBy(() -> ViciCodec.decode(truncated))
                    .as("%d octets", length)
                    .isInstanceOf(ViciProtocolException.class);
        }
        assertThat(ViciCodec.decode(whole)).isInstanceOf(CmdResponse.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 512 * 1024 + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesSegmentLengthBeforeAllocating(int length) {
        assertThatThrownBy(() -> ViciCodec.requireSegmentLength(length))
                .isInstanceOf(ViciProtocolException.class)
                .hasMessageContaining("expected 1 to 524288");
    }

    @Test
    void decodesSegmentOfGreatestLength() throws Exception {
        ViciMessage.Builder message = ViciMessage.builder();
        int left = ViciCodec.MAX_SEGMENT_LENGTH - 1;
        for (int i = 0; left > 0; i++) {
            String key = "%04d".formatted(i);
            int overhead = 2 + key.length() + 2;
            int length = Math.min(ViciValue.MAX_LENGTH, left - overhead);
            message.put(key, new byte[length]);
            left -= overhead + length;
        }
        CmdResponse packet = new CmdResponse(message.build());

        ByteBuffer segment = ViciCodec.encode(packet);

        assertThat(segment.remaining()).isEqualTo(ViciCodec.MAX_SEGMENT_LENGTH);
        assertThat(ViciCodec.decode(segment)).isEqualTo(packet);
    }

    @Test
    void refusesToEncodePacketBeyondLimit() {
        ViciMessage.Builder message = ViciMessage.builder();
        for (int i = 0; i < 9; i++) {
            message.put("key" + i, new byte[60_000]);
        }
        CmdRequest request = new CmdRequest("load-cert", message.build());

        assertThatThrownBy(() -> ViciCodec.encode(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 524288");
    }

    @Test
    void decodingKeepsCallersPosition() throws Exception {
        ByteBuffer segment = ByteBuffer.wrap(new byte[] {9, 9, 2, 9}).position(2).limit(3);

        assertThat(ViciCodec.decode(segment)).isEqualTo(new ViciPacket.CmdUnknown());
        assertThat(segment.position()).isEqualTo(2);
    }
}
