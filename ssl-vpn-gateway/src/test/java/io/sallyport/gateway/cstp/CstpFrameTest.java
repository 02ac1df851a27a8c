package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

class CstpFrameTest {

    @Test
    void encodesAsTheDraftSays() {
        assertThat(CstpFrame.encode(CstpType.DPD_RESPONSE, new byte[] {1, 2}))
                .isEqualTo(HexFormat.of().parseHex("5354460100020400" + "0102"));
    }

    @Test
    void aDisconnectCarriesItsReason() {
        byte[] packet = CstpFrame.disconnect("Maintenance\r\ntonight\u00e9");

        assertThat(CstpFrame.typeCode(packet, 0)).isEqualTo(CstpType.DISCONNECT.code());
        assertThat(packet[CstpFrame.HEADER_LENGTH]).isEqualTo((byte) 0xb0);
        assertThat(new String(packet, 9, packet.length - 9, StandardCharsets.US_ASCII))
                .isEqualTo("Maintenance??tonight?");
    }

    @Test
    void aLongReasonIsCut() {
        byte[] packet = CstpFrame.disconnect("a".repeat(100_000));

        assertThat(packet).hasSize(CstpFrame.HEADER_LENGTH + 1 + CstpFrame.MAX_REASON);
    }

    @Test
    void knowsEachTypeByItsCode() {
        for (CstpType type : CstpType.values()) {
            assertThat(CstpType.of(type.code())).isEqualTo(Optional.of(type));
        }
        assertThat(CstpType.of(0x01)).isEmpty();
        assertThat(CstpType.of(0xff)).isEmpty();
    }

    @Property
    void readsWhatItWrites(@ForAll CstpType type, @ForAll @Size(max = 2_000) byte[] payload) {
        byte[] packet = CstpFrame.encode(type, payload);

        assertThat(CstpFrame.payloadLength(packet, 0)).isEqualTo(payload.length);
        assertThat(CstpType.of(CstpFrame.typeCode(packet, 0))).contains(type);
    }

    @Property
    void anyEightOctetsAreAHeaderOrNot(@ForAll @Size(8) byte[] octets) {
        assertThat(CstpFrame.payloadLength(octets, 0)).isBetween(-1, 0xffff);
    }
}
