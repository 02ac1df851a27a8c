package io.sallyport.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.listener.AcceptLimits.Admission;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;

class AcceptLimitsTest {
    private final AcceptLimits limits = new AcceptLimits(12, 2);

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
        assertThat(admit("2001:db8:0:ff::2")).isEqualTo(Admission.ADMITTED);
        assertThat(admit("2001:db8::3")).isEqualTo(Admission.TOO_MANY_FROM_SOURCE);
        assertThat(admit("2001:db8:0:100::1")).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void boundsAllConnections() {
        for (int i = 1; i <= 12; i++) {
            assertThat(admit("192.0.2." + i)).isEqualTo(Admission.ADMITTED);
        }
        assertThat(admit("192.0.2.13")).isEqualTo(Admission.TOO_MANY);
        for (int i = 1; i <= 12; i++) {
            limits.left(InetAddress.ofLiteral("192.0.2." + i));
        }
        assertThat(limits.present()).isZero();
    }

    @Test
    void tenSourcesCannotShutOutTheOthers() {
        AcceptLimits product = new AcceptLimits(1024, 128);
        for (int source = 1; source <= 10; source++) {
            InetAddress address = InetAddress.ofLiteral("198.51.100." + source);
            int admitted = 0;
            while (product.admit(address) == Admission.ADMITTED) {
                admitted++;
            }
            assertThat(admitted).isBetween(1, 128);
        }
        assertThat(product.present()).isLessThan(1024 - 128);
        assertThat(product.admit(InetAddress.ofLiteral("192.0.2.1"))).isEqualTo(Admission.ADMITTED);
    }

    private Admission admit(String address) {
        return limits.admit(InetAddress.ofLiteral(address));
    }
}
