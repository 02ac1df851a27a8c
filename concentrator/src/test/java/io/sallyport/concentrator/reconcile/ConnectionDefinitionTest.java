package io.sallyport.concentrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.concentrator.Desired;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciValue;
import io.sallyport.wire.DesiredState;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

class ConnectionDefinitionTest {
    @Test
    void saysWhatTheGoldenFileSays() throws IOException {
        DesiredState desired = Desired.state(1, Desired.tunnel(7));
        StringBuilder text = new StringBuilder();
        print(
                ConnectionDefinition.of(
                        desired.tunnels().getFirst(), desired.local(), List.of("SITES")),
                "",
                text);
        try (InputStream golden =
                Objects.requireNonNull(
                        getClass().getResourceAsStream("/reconcile/connection.golden"))) {
            assertThat(text.toString())
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void digestsTellContentsApart() {
        DesiredState desired = Desired.state(1, Desired.tunnel(7));
        ViciMessage one = of(desired, Duration.ofHours(1));
        assertThat(Digest.of(one)).isEqualTo(Digest.of(of(desired, Duration.ofHours(1))));
        assertThat(Digest.of(one)).isNotEqualTo(Digest.of(of(desired, Duration.ofHours(2))));
        assertThat(Digest.of(ViciMessage.builder().list("a", List.of("b", "c")).build()))
                .isNotEqualTo(Digest.of(ViciMessage.builder().list("a", List.of("bc")).build()));
    }

    private static ViciMessage of(DesiredState desired, Duration espRekeyTime) {
        return ConnectionDefinition.of(
                Desired.tunnel(7, espRekeyTime), desired.local(), List.of("SITES"));
    }

    private static void print(ViciMessage message, String indent, StringBuilder to) {
        for (ViciMessage.Element element : message.elements()) {
            to.append(indent).append(element.name());
            switch (element) {
                case ViciMessage.KeyValue(_, var value) ->
                        to.append(" = ").append(value.text()).append('\n');
                case ViciMessage.ItemList(_, var items) ->
                        to.append(" = ")
                                .append(items.stream().map(ViciValue::text).toList())
                                .append('\n');
                case ViciMessage.Section(_, var content) -> {
                    to.append(" {\n");
                    print(content, indent + "  ", to);
                    to.append(indent).append("}\n");
                }
            }
        }
    }
}
