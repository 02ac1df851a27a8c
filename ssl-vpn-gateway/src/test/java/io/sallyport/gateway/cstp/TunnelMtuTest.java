package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;
import java.util.OptionalInt;

class TunnelMtuTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "openconnect's own numbers give what ocserv gives with DTLS, 1500, 1390, 0, 1500, false,"
                + " true, 1434",
        "and without, 1500, 1390, 0, 1500, false, false, 1472",
        "over IPv6, 1500, 1370, 0, 1500, true, true, 1414",
        "the smaller path counts: the client's, 1420, 1310, 0, 1500, false, true, 1354",
        "the smaller path counts: the gateway's, 1500, 1390, 0, 1400, false, true, 1334",
        "a client on the loopback interface, 65535, 65425, 0, 1500, false, true, 1434",
        "a user who asked for less, 1500, 1300, 0, 1500, false, true, 1300",
        "a client that names no path, -1, 1400, 0, 1500, false, true, 1400",
        "a client that names nothing, -1, -1, 0, 1500, false, true, 1434",
        "the group's own, 1500, 1390, 1350, 1500, false, true, 1350",
        "never less than IPv6 needs, 1280, 1170, 0, 1500, false, true, 1280",
        "never less whatever is asked, 0, 0, 0, 1500, false, true, 1280"
    })
    void derives(
            String why,
            int base,
            int wanted,
            int policy,
            int outer,
            boolean ipv6,
            boolean dtls,
            int mtu) {
        ConnectRequest request =
                new ConnectRequest(
                        Optional.empty(),
                        Optional.empty(),
                        base < 0 ? OptionalInt.empty() : OptionalInt.of(base),
                        wanted < 0 ? OptionalInt.empty() : OptionalInt.of(wanted),
                        true,
                        true,
                        dtls);

        assertThat(TunnelMtu.of(request, policy, outer, ipv6, dtls)).as(why).isEqualTo(mtu);
    }
}
