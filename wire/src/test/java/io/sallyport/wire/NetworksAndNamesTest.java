package io.sallyport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksAndNamesTest {
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/wire/malformed-networks.csv")
    void refusesMalformedNetwork(String why, String text) {
        assertThatThrownBy(() -> IpNetwork.parse(text))
                .as(why)
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/wire/malformed-names.csv")
    void refusesMalformedName(String why, String text) {
        assertThatThrownBy(() -> new DnsName(text))
                .as(why)
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNameWithLineBreakAtItsEnd() {
        assertThatThrownBy(() -> new DnsName("lyon.example\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IpNetwork.parse("10.0.0.0/8\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.1.0/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8:0:0:0:0:0:0/32"})
    void keepsCanonicalText(String text) {
        assertThat(IpNetwork.parse(text)).hasToString(text);
    }

    @Test
    void equalNetworksAreEqualHoweverTheyAreWritten() {
        assertThat(IpNetwork.parse("2001:DB8::/32"))
                .isEqualTo(IpNetwork.parse("2001:db8:0:0::/32"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.2.0/24, true",
        "10.1.2.0/24, 10.1.0.0/16, true",
        "10.1.0.0/16, 10.2.0.0/16, false",
        "0.0.0.0/0, 192.0.2.0/24, true",
        "::/0, 192.0.2.0/24, false",
        "2001:db8::/32, 2001:db8:1::/48, true"
    })
    void knowsOverlap(String one, String other, boolean overlap) {
        assertThat(IpNetwork.parse(one).overlaps(IpNetwork.parse(other))).isEqualTo(overlap);
    }
}
