package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.DataPathFixture.Spec;
import io.sallyport.gateway.datapath.DataPathFixture.Told;
import io.sallyport.gateway.datapath.packet.Packets;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device without virtio headers, as an old kernel has it: nothing is cut and nothing joined. */
@Timeout(60)
class PlainDeviceTest {

    @ParameterizedTest
    @CsvSource({"10.77.0.7, 192.0.2.1", "fd77::7, 2001:db8::1"})
    void carriesPacketsOneByOne(String inner, String far) throws Exception {
        try (DataPathFixture path = new DataPathFixture(false);
                CstpClient client = new CstpClient()) {
            path.attach(new Spec(7).build(), client.server(), new Told());
            for (int i = 0; i < 3; i++) {
                byte[] up = Packets.tcp(inner, far, 9, 100 * i, Packets.ACK, new byte[100]);
                client.send(Cstp.DATA, up);
                assertThat(path.tun.receive()).isEqualTo(up);
                byte[] down = Packets.tcp(far, inner, 9, 100 * i, Packets.ACK, new byte[100]);
                path.tun.send(down);
                assertThat(client.receive().payload()).isEqualTo(down);
            }
        }
    }
}
