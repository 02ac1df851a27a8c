package io.sallyport.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.listener.AcceptLimits.Admission;
import io.sallyport.gateway.listener.AcceptLimits.Admitted;
import io.sallyport.gateway.listener.AcceptLimits.Place;
import io.sallyport.gateway.listener.AcceptLimits.Refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

class AcceptLimitsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);
    private final AcceptLimits limits = new AcceptLimits(12, 4, nanos::get);
    private SocketChannel first;
    private SocketChannel channel;

    @BeforeEach
    void open() throws IOException {
        first = SocketChannel.open();
        channel = SocketChannel.open();
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        channel.close();
    }

    @Test
    void boundsConnectionsOfOneSource() {
        Place place = admitted("192.0.2.1");
        for (int i = 0; i < 3; i++) {
            admitted("192.0.2.1");
        }
        assertThat(admit("192.0.2.1")).isEqualTo(Refused.TOO_MANY_FROM_SOURCE);
        limits.left(place);
        admitted("192.0.2.1");
    }

    @Test
    void anIpv6SourceIsItsNetwork() {
        for (int i = 0; i < 4; i++) {
            admitted("2001:db8:0:%x::1".formatted(i));
        }
        assertThat(admit("2001:db8:0:ff::2")).isEqualTo(Refused.TOO_MANY_FROM_SOURCE);
        admitted("2001:db8:0:100::1");
    }

    @Test
    void boundsAllConnections() {
        Place[] places = new Place[12];
        for (int i = 0; i < 12; i++) {
            places[i] = admitted("192.0.2." + i);
        }
        assertThat(admit("192.0.2.13")).isEqualTo(Refused.TOO_MANY);
        for (Place place : places) {
            limits.left(place);
            limits.left(place);
        }
        assertThat(limits.present()).isZero();
    }

    @Test
    void whoHasMostPlacesLosesTheOldestToWhoHasFewer() {
        Place oldest = ((Admitted) limits.admit(InetAddress.ofLiteral("192.0.2.1"), first)).place();
        for (int source : new int[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4}) {
            admitted("192.0.2." + source);
        }

        Admitted other = (Admitted) admit("192.0.2.99");
        assertThat(other.displaced()).containsSame(first);
        assertThat(limits.present()).isEqualTo(12);
        limits.left(oldest);
        assertThat(limits.present()).as("it had left before").isEqualTo(12);
        assertThat(admit("192.0.2.1"))
                .as("nobody has more than it would have: it gains nothing")
                .isEqualTo(Refused.TOO_MANY);
    }

    @Test
    void manySourcesCannotShutOutAnother() {
        AcceptLimits product = new AcceptLimits(1024, 128, nanos::get);
        for (int source = 0; source < 500; source++) {
            InetAddress address =
                    InetAddress.ofLiteral("198.51.%d.%d".formatted(source / 256, source % 256));
            for (int i = 0; i < 200; i++) {
                product.admit(address, channel);
            }
        }
        assertThat(product.present()).isEqualTo(1024);

        InetAddress honest = InetAddress.ofLiteral("192.0.2.1");
        assertThat(product.admit(honest, channel)).isInstanceOf(Admitted.class);
        assertThat(product.present()).isEqualTo(1024);
    }

    @Test
    void whenEachSourceHasOnePlaceTheOldestIsReplacedAfterASecond() {
        Place oldest = ((Admitted) limits.admit(InetAddress.ofLiteral("192.0.2.1"), first)).place();
        nanos.addAndGet(500_000_000);
        for (int source = 2; source <= 12; source++) {
            admitted("192.0.2." + source);
        }
        assertThat(admit("192.0.2.13")).as("too early").isEqualTo(Refused.TOO_MANY);

        nanos.addAndGet(500_000_000);
        assertThat(((Admitted) admit("192.0.2.13")).displaced()).containsSame(first);
        limits.left(oldest);
        assertThat(limits.present()).isEqualTo(12);
        assertThat(admit("192.0.2.14")).as("the next is too young").isEqualTo(Refused.TOO_MANY);

        nanos.addAndGet(500_000_000);
        assertThat(admit("192.0.2.2")).as("it has one itself").isEqualTo(Refused.TOO_MANY);
        admitted("192.0.2.14");
    }

    private Place admitted(String address) {
        Admission admission = admit(address);
        assertThat(admission).isInstanceOf(Admitted.class);
        return ((Admitted) admission).place();
    }

    private Admission admit(String address) {
        return limits.admit(InetAddress.ofLiteral(address), channel);
    }
}
