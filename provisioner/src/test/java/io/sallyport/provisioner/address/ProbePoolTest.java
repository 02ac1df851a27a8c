package io.sallyport.provisioner.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.IpNetwork;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbePoolTest {
    @ParameterizedTest
    @CsvSource({
        "100.64.0.0/16, 1, 100.64.0.1",
        "100.64.0.0/16, 256, 100.64.1.0",
        "100.64.0.0/16, 65534, 100.64.255.254",
        "203.0.113.248/30, 2, 203.0.113.250"
    })
    void numbersItsAddressesFromOne(String network, int number, String address) {
        assertThat(pool(network).address(number)).hasToString(address);
    }

    @Test
    void leavesOutTheNetworkItselfAndTheBroadcastAddress() {
        ProbePool pool = pool("203.0.113.248/30");

        assertThat(pool.size()).isEqualTo(2);
        assertThatThrownBy(() -> pool.address(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.address(3)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100.64.0.0/31", "100.64.0.0/32", "2001:db8::/64"})
    void refusesANetworkWithoutRoom(String network) {
        assertThatThrownBy(() -> pool(network)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ProbePool pool(String network) {
        return new ProbePool(IpNetwork.parse(network));
    }
}
