package io.sallyport.concentrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.IpNetwork;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

class KernelBlackholeRoutesTest {
    @ParameterizedTest
    @CsvSource({
        "blackhole 10.1.1.0/24 metric 1000000000 , 10.1.1.0/24",
        "blackhole 100.64.0.1 metric 1000000000 , 100.64.0.1/32",
        "blackhole 2001:db8:1::/48 dev lo metric 1000000000 pref medium, 2001:db8:1::/48",
    })
    void readsWhatIpPrints(String line, String network) throws IOException {
        assertThat(KernelBlackholeRoutes.network(line)).isEqualTo(IpNetwork.parse(network));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "blackhole", "10.1.1.0/24 via 192.0.2.1", "blackhole default"})
    void refusesEverythingElse(String line) {
        assertThatThrownBy(() -> KernelBlackholeRoutes.network(line))
                .isInstanceOf(IOException.class);
    }
}
