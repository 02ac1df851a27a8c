package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.DataPathFixture.Spec;
import io.sallyport.gateway.datapath.DataPathFixture.Told;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.tls.DtlsTestClient;
import io.sallyport.gateway.tls.RecordPairs;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** What the thread of UDP does with the TUN device while there is little to do. */
@Timeout(60)
class LentDeviceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofMillis(DeviceLoan.WINDOW_MILLIS);
    private static final int DNS = 50_000 << 16 | 53;
    private static final String APP_ID = "07".repeat(32);
    private static final String OWNER = "tun-to-clients";
    private static final String BORROWER = "udp-to-tun";

    private final DataPathFixture path = new DataPathFixture();
    private final CstpClient tls = new CstpClient();
    private final Told told = new Told();

    LentDeviceTest() throws IOException {}

    @BeforeEach
    void isLentWhenItIsQuiet() throws Exception {
        DataPathFixture.eventually(() -> path.tun.reader().equals(OWNER));
        DataPathFixture.eventually(
                () -> {
                    path.advance(WINDOW);
                    return path.tun.reader().equals(BORROWER);
                });
    }

    @AfterEach
    void close() throws IOException {
        tls.close();
        path.close();
        assertThat(path.dataPath.counts()).containsEntry("internal_errors", 0L);
    }

    private static byte[] up() {
        return Packets.udp("10.77.0.7", "192.0.2.1", DNS, Packets.numbered(200));
    }

    private static byte[] down(int length) {
        return Packets.udp("192.0.2.1", "10.77.0.7", DNS, Packets.numbered(length));
    }

    private void isAnswered(DtlsTestClient client) throws Exception {
        client.send(Cstp.DATA, up());
        assertThat(path.tun.receive()).isEqualTo(up());
        path.tun.send(down(300));
        received(client, down(300));
    }

    /** Quiet windows pass until it is so: a handshake's datagrams may have come all at once. */
    private void isAnsweredByTheBorrower(DtlsTestClient client) throws Exception {
        do {
            path.advance(WINDOW);
            isAnswered(client);
        } while (!path.tun.reader().equals(BORROWER));
    }

    private static void received(DtlsTestClient client, byte[] packet) throws Exception {
        byte[] content = client.receive(PATIENCE);
        assertThat(Arrays.copyOfRange(content, 1, content.length)).isEqualTo(packet);
    }

    private DtlsTestClient connect() throws IOException, InterruptedException {
        path.attach(new Spec(7).dtls(APP_ID).build(), tls.server(), told);
        DtlsTestClient client = DtlsTestClient.connect(path.udp.port(), RecordPairs.psk(), APP_ID);
        assertThat(told.next()).isEqualTo("dtls up");
        return client;
    }

    @Test
    void carriesAnswersOverDtlsAndTls() throws Exception {
        try (DtlsTestClient client = connect()) {
            isAnsweredByTheBorrower(client);
        }
        assertThat(told.next()).isEqualTo("dtls down");
        path.tun.send(down(400));
        assertThat(tls.receive().payload()).isEqualTo(down(400));
        assertThat(path.tun.reader()).isEqualTo(BORROWER);
    }

    @Test
    void findsAFollowerThatNobodyAnnounces() throws Exception {
        try (DtlsTestClient client = connect()) {
            isAnsweredByTheBorrower(client);
            path.tun.sendUnannounced(down(500));
            received(client, down(500));
        }
    }

    @Test
    void comesBackToItsOwnerUnderLoadAndIsLentAgain() throws Exception {
        try (DtlsTestClient client = connect()) {
            isAnsweredByTheBorrower(client);
            for (int i = 0; i < 40; i++) {
                path.tun.sendUnannounced(down(100 + i));
            }
            path.tun.send(down(140));
            for (int i = 0; i <= 40; i++) {
                received(client, down(100 + i));
            }
            DataPathFixture.eventually(() -> path.tun.reader().equals(OWNER));
            isAnswered(client);
            assertThat(path.tun.reader()).isEqualTo(OWNER);
            isAnsweredByTheBorrower(client);
        }
    }

    @Test
    void endsAllWhenItBreaks() throws Exception {
        path.attach(new Spec(7).build(), tls.server(), told);
        path.tun.breakDown();
        assertThat(told.next()).isEqualTo("STOPPED");
        assertThat(path.dataPath.failure().get()).hasMessageContaining("gone");
        assertThat(path.tun.reader()).isEqualTo(BORROWER);
    }
}
