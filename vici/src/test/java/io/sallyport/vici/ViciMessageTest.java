package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class ViciMessageTest {
    @Test
    void keepsTheOrderOfElements() {
        ViciMessage message =
                ViciMessage.builder()
                        .put("z", "1")
                        .section("m", ViciMessage.EMPTY)
                        .list("a", List.of("x"))
                        .build();

        assertThat(message.elements())
                .extracting(ViciMessage.Element::name)
                .containsExactly("z", "m", "a");
    }

    @Test
    void findsByNameAndKind() {
        ViciMessage message =
                ViciMessage.builder()
                        .put("key", "value")
                        .list("list", List.of("a", "b"))
                        .section("section", in -> in.put("inner", true))
                        .build();

        assertThat(message.text("key")).contains("value");
        assertThat(message.text("list")).isEmpty();
        assertThat(message.texts("list")).containsExactly("a", "b");
        assertThat(message.texts("absent")).isEmpty();
        assertThat(message.section("section").orElseThrow().isYes("inner")).isTrue();
        assertThat(message.section("key")).isEmpty();
        assertThat(message.isYes("absent")).isFalse();
    }

    @Test
    void carriesOctetsThatAreNoText() {
        byte[] octets = {0, -1, (byte) 0xC3, 0x28};
        ViciMessage message = ViciMessage.builder().put("data", octets).build();
        octets[0] = 1;

        assertThat(Octets.hex(message.value("data").orElseThrow().octets())).isEqualTo("00ffc328");
        assertThat(message.value("data").orElseThrow().octets().isReadOnly()).isTrue();
    }

    @Test
    void neverPrintsValues() {
        ViciMessage message =
                ViciMessage.builder()
                        .put("data", "-----BEGIN PRIVATE KEY-----".getBytes(StandardCharsets.UTF_8))
                        .list("owners", List.of("hub.lab"))
                        .section("inner", in -> in.put("pin", "123456"))
                        .build();

        assertThat(new ViciPacket.CmdRequest("load-key", message).toString())
                .doesNotContain("PRIVATE", "hub.lab", "123456")
                .contains("data", "owners", "pin", "(27 octets)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "caf\u00e9", "\u0000", "\u007f"})
    void refusesName(String name) {
        assertThatThrownBy(() -> ViciMessage.builder().put(name, "value"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("printable ASCII");
        assertThatThrownBy(() -> new ViciPacket.EventRegister(name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatItsLengthFieldCannotSay() {
        assertThatThrownBy(() -> ViciMessage.builder().put("n".repeat(256), "value"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ViciMessage.builder().put("data", new byte[65536]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
    }

    @Test
    void refusesSecondElementOfOneName() {
        assertThatThrownBy(() -> ViciMessage.builder().put("auth", "pubkey").put("auth", "psk"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auth");
    }

    @Test
    void refusesToNestBeyondLimit() {
        ViciMessage.Builder message = ViciMessage.builder();
        for (int i = 0; i < ViciMessage.MAX_DEPTH; i++) {
            message = ViciMessage.builder().section("s", message.build());
        }
        ViciMessage deepest = message.build();

        assertThatThrownBy(() -> ViciMessage.builder().section("s", deepest).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 32");
    }
}
