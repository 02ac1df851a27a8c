package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.datapath.DataPathFixture.Spec;
import io.sallyport.gateway.datapath.DataPathFixture.Told;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.DtlsTestClient;
import io.sallyport.gateway.tls.RecordPairs;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

@Timeout(60)
class DtlsDataPathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int DNS = 50_000 << 16 | 53;
    private static final String APP_ID = "07".repeat(32);
    private static final String OTHER_APP_ID = "08".repeat(32);

    private final DataPathFixture path = new DataPathFixture();
    private final CstpClient tls = new CstpClient();
    private final Told told = new Told();

    DtlsDataPathTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        tls.close();
        path.close();
        assertThat(count("internal_errors")).isZero();
    }

    private long count(String name) {
        return path.dataPath.counts().get(name);
    }

    private LiveTunnel attach(Spec spec) {
        return path.attach(spec.dtls(APP_ID).build(), tls.server(), told);
    }

    private DtlsTestClient connect() throws IOException, InterruptedException {
        DtlsTestClient client = DtlsTestClient.connect(path.udp.port(), RecordPairs.psk(), APP_ID);
        assertThat(told.next()).isEqualTo("dtls up");
        return client;
    }

    private static byte[] up() {
        return Packets.udp("10.77.0.7", "192.0.2.1", DNS, Packets.numbered(200));
    }

    private static byte[] down() {
        return Packets.udp("192.0.2.1", "10.77.0.7", DNS, Packets.numbered(300));
    }

    @Test
    void carriesPacketsBothWays() throws Exception {
        LiveTunnel tunnel = attach(new Spec(7));
        try (DtlsTestClient client = connect()) {
            client.send(Cstp.DATA, up());
            assertThat(path.tun.receive()).isEqualTo(up());
            path.tun.send(down());
            byte[] content = client.receive(PATIENCE);
            assertThat(content[0]).isEqualTo((byte) Cstp.DATA);
            assertThat(Arrays.copyOfRange(content, 1, content.length)).isEqualTo(down());
            assertThat(tunnel.channel()).isEqualTo(LiveTunnel.Channel.DTLS);
            assertThat(tunnel.counters().dtlsUp()).isEqualTo(new Counters.Carried(1, up().length));
        }
        assertThat(told.next()).as("close_notify").isEqualTo("dtls down");
        path.tun.send(down());
        assertThat(tls.receive().payload()).isEqualTo(down());
    }

    @Test
    void cutsALargeSegmentIntoDatagrams() throws Exception {
        attach(new Spec(7));
        try (DtlsTestClient client = connect()) {
            byte[] large =
                    Packets.tcp("192.0.2.1", "10.77.0.7", DNS, 1, 0x10, Packets.numbered(20_000));
            path.tun.sendFrame(Packets.joined(1, 1_300, large));
            for (int i = 0; i < 16; i++) {
                byte[] content = client.receive(PATIENCE);
                assertThat(Packets.hasGoodChecksums(Arrays.copyOfRange(content, 1, content.length)))
                        .isTrue();
            }
        }
    }

    @Test
    void returnsTheProbeOfThePathOctetForOctet() throws Exception {
        attach(new Spec(7));
        try (DtlsTestClient client = connect()) {
            byte[] probe = Packets.numbered(1_434);
            client.send(Cstp.DPD_REQUEST, probe);
            byte[] answer = client.receive(PATIENCE);
            assertThat(answer[0]).isEqualTo((byte) Cstp.DPD_RESPONSE);
            assertThat(Arrays.copyOfRange(answer, 1, answer.length)).isEqualTo(probe);
        }
    }

    @Test
    void anUnknownAppIdCostsNothing() throws Exception {
        attach(new Spec(7));
        try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 1; i <= 1_000; i++) {
                send(stranger, hello(OTHER_APP_ID));
                awaitReceived(0, i);
            }
            assertThat(count("hellos_unknown_app_id")).isEqualTo(1_000);
            assertThat(count("handshakes_started")).isZero();
        }
    }

    /** Waits now and then, so that the socket's buffer takes all that is sent. */
    private void awaitReceived(long before, int sent) throws InterruptedException {
        if (sent % 50 == 0) {
            DataPathFixture.eventually(() -> count("datagrams_received") >= before + sent);
        }
    }

    @Test
    void aClientHelloThatOvertakesItsTunnelIsAnsweredWithoutAnother() throws Exception {
        try (DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            send(client, DtlsTestClient.clientHello(APP_ID));
            DataPathFixture.eventually(() -> count("hellos_unknown_app_id") == 1);
            attach(new Spec(7));
            DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
            client.setSoTimeout(10_000);
            client.receive(answer);
            assertThat(answer.getData()[0]).isEqualTo((byte) ContentTypes.HANDSHAKE);
        }
    }

    @Test
    void anAppIdThatWasSeenDisturbsNothing() throws Exception {
        attach(new Spec(7));
        try (DtlsTestClient client = connect()) {
            byte[] seen = DtlsTestClient.clientHello(APP_ID);
            for (int i = 0; i < 50; i++) {
                try (DatagramSocket thief =
                        new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                    send(thief, seen);
                }
            }
            DataPathFixture.eventually(() -> count("handshakes_over_limit") > 0);
            assertThat(count("handshakes_started")).as("ours and one").isEqualTo(2);
            client.send(Cstp.DATA, up());
            assertThat(path.tun.receive()).isEqualTo(up());
            path.tun.send(down());
            assertThat(client.receive(PATIENCE)).hasSize(1 + down().length);
            assertThat(told.events).isEmpty();
        }
    }

    @Test
    void aClientThatMovesMakesANewHandshake() throws Exception {
        attach(new Spec(7));
        try (DtlsTestClient before = connect();
                DtlsTestClient after =
                        DtlsTestClient.connect(path.udp.port(), RecordPairs.psk(), APP_ID)) {
            assertThat(told.next()).isEqualTo("roamed");
            assertThat(told.next()).isEqualTo("dtls up");
            path.tun.send(down());
            assertThat(after.receive(PATIENCE)).hasSize(1 + down().length);
            before.send(Cstp.DATA, up());
            DataPathFixture.eventually(() -> count("datagrams_unknown_peer") > 0);
            assertThat(path.tun.isEmpty()).isTrue();
        }
    }

    @Test
    void theEndOfTheOldTunnelLeavesTheNewOnesPeerAlone() throws Exception {
        LiveTunnel old = attach(new Spec(7));
        try (DtlsTestClient first = connect();
                CstpClient again = new CstpClient()) {
            Told toldAgain = new Told();
            path.attach(new Spec(7).dtls(OTHER_APP_ID).build(), again.server(), toldAgain);
            try (DtlsTestClient second =
                    DtlsTestClient.connect(path.udp.port(), RecordPairs.psk(), OTHER_APP_ID)) {
                assertThat(toldAgain.next()).isEqualTo("dtls up");
                old.close();
                assertThat(told.next()).isEqualTo("REPLACED");
                second.send(Cstp.DATA, up());
                assertThat(path.tun.receive()).isEqualTo(up());
                first.send(Cstp.DATA, up());
                DataPathFixture.eventually(() -> count("datagrams_unknown_peer") > 0);
            }
        }
    }

    @Test
    void anotherKeyGetsNoAssociation() throws Exception {
        attach(new Spec(7));
        try (CstpClient other = new CstpClient()) {
            path.attach(new Spec(8).dtls(OTHER_APP_ID).build(), other.server(), new Told());
            assertThatThrownBy(
                            () ->
                                    DtlsTestClient.connect(
                                            path.udp.port(), DtlsTestClient.otherPsk(), APP_ID))
                    .isInstanceOf(IOException.class);
        }
        assertThat(told.events).isEmpty();
    }

    @Test
    void packetsTravelOnTlsWhileUdpIsSilent() throws Exception {
        attach(new Spec(7));
        try (DtlsTestClient client = connect()) {
            path.advance(Duration.ofSeconds(1));
            path.tun.send(down());
            assertThat(client.receive(PATIENCE)).isNotEmpty();
            path.advance(Duration.ofSeconds(3));
            assertThat(client.receive(PATIENCE)).as("probe").containsExactly(Cstp.DPD_REQUEST);
            path.advance(Duration.ofSeconds(5));
            assertThat(told.next()).isEqualTo("dtls down");
            path.tun.send(down());
            assertThat(tls.receive().payload()).isEqualTo(down());

            client.send(Cstp.DPD_RESPONSE);
            assertThat(told.next()).isEqualTo("dtls up");
            path.tun.send(down());
            assertThat(client.receive(PATIENCE)).hasSize(1 + down().length);
        }
    }

    @Test
    void followsAClientThatGaveUdpUp() throws Exception {
        attach(new Spec(7));
        try (DtlsTestClient client = connect()) {
            client.send(Cstp.DATA, up());
            assertThat(path.tun.receive()).isEqualTo(up());
            path.advance(Duration.ofSeconds(3));
            tls.send(Cstp.DATA, up());
            assertThat(told.next()).isEqualTo("dtls down");
            path.tun.send(down());
            assertThat(tls.receive().payload()).isEqualTo(down());
        }
    }

    @Test
    void noiseIsDropped() throws Exception {
        attach(new Spec(7));
        Random random = new Random(5);
        try (DtlsTestClient client = connect();
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            long before = count("datagrams_received");
            for (int i = 0; i < 2_000; i++) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                if (noise.length > 20) {
                    noise[0] = (byte) (20 + i % 4);
                    noise[3] = 0;
                    noise[4] = (byte) (i % 2);
                    noise[13] = (byte) (i % 3);
                }
                send(stranger, noise);
                awaitReceived(before, i + 1);
            }
            client.send(Cstp.DATA, Packets.numbered(5));
            client.send(99, Packets.numbered(5));
            client.send(Cstp.DATA, up());
            assertThat(path.tun.receive()).isEqualTo(up());
            assertThat(count("dtls_unknown_type")).isEqualTo(1);
            assertThat(told.events).isEmpty();
        }
    }

    private void send(DatagramSocket from, byte[] content) throws IOException {
        from.send(
                new DatagramPacket(
                        content,
                        content.length,
                        InetAddress.getLoopbackAddress(),
                        path.udp.port()));
    }

    /** The beginning of a ClientHello, as far as it is looked at without a handshake. */
    private static byte[] hello(String appId) {
        ByteBuffer hello = ByteBuffer.allocate(120);
        hello.put((byte) 22).putShort((short) 0xfefd).putLong(0).putShort((short) 107);
        hello.put((byte) 1);
        hello.put(59, (byte) 32);
        hello.put(60, HexFormat.of().parseHex(appId));
        return hello.array();
    }
}
