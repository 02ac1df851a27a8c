package io.sallyport.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.listener.AcceptLimits.Admission;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;

class AcceptLimitsTest {
    private final AcceptLimits limits = new AcceptLimits(3, 2);

    @Test
    void boundsConnectionsOfOneSource() {
        assertThat(admit("192.0.2.1")).isEqualTo(Admission.ADMITTED);
        assertThat(admit("192.0.2.1")).isEqualTo(Admission.ADMITTED);
        assertThat(admit("192.0.2.1")).isEqualTo(Admission.TOO_MANY_FROM_SOURCE);
        limits.left(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(admit("192.0.2.1")).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void anIpv6SourceIsItsNetwork() {
        assertThat(admit("2001:db8::1")).isEqualTo(Admission.ADMITTED);
        assertThat(admit("2001:db8::2")).isEqualTo(Admission.ADMITTED);
        assertThat(admit("2001:db8::3")).isEqualTo(Admission.TOO_MANY_FROM_SOURCE);
        assertThat(admit("2001:db8:0:1::1")).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void boundsAllConnections() {
        for (int i = 1; i <= 3; i++) {
            assertThat(admit("192.0.2." + i)).isEqualTo(Admission.ADMITTED);
        }
        assertThat(admit("192.0.2.4")).isEqualTo(Admission.TOO_MANY);
        for (int i = 1; i <= 3; i++) {
            limits.left(InetAddress.ofLiteral("192.0.2." + i));
        }
        assertThat(limits.present()).isZero();
    }

    private Admission admit(String address) {
        return limits.admit(InetAddress.ofLiteral(address));
    }
}
