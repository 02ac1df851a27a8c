package io.sallyport.provisioner.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.TestClock;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;

class PeerBoundTest {
    private final TestClock clock = new TestClock();
    private final PeerBound bound = new PeerBound(2, 3, Duration.ofMinutes(1), clock);

    @Test
    void refusesOneConnectionTooManyAtATime() {
        assertThat(bound.opened("a")).isTrue();
        assertThat(bound.opened("a")).isTrue();
        assertThat(bound.opened("a")).isFalse();
        assertThat(bound.opened("b")).as("another peer").isTrue();
        bound.closed("a");
        assertThat(bound.opened("a")).isTrue();
    }

    @Test
    void refusesOneHandshakeTooManyInAMinute() {
        for (int handshake = 0; handshake < 3; handshake++) {
            assertThat(bound.opened("a")).isTrue();
            bound.closed("a");
        }
        assertThat(bound.opened("a")).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(bound.opened("a")).isTrue();
    }

    @Test
    void forgetsPeersBeforeThereAreTooMany() {
        for (int peer = 0; peer < 20_000; peer++) {
            assertThat(bound.opened("peer" + peer)).isTrue();
            bound.closed("peer" + peer);
        }
        assertThat(bound.peers()).isEqualTo(10_000);
    }

    @Test
    void countsAnIpv6NetworkAsOnePeer() throws Exception {
        assertThat(key("2001:db8:1:2::1")).isEqualTo(key("2001:db8:1:2:ffff::9"));
        assertThat(key("2001:db8:1:2::1")).isNotEqualTo(key("2001:db8:1:3::1"));
        assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
    }

    private static String key(String address) throws Exception {
        return PeerBound.key(InetAddress.getByName(address));
    }
}
