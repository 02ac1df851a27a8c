package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.datapath.CstpClient.Received;
import io.sallyport.gateway.datapath.DataPathFixture.Spec;
import io.sallyport.gateway.datapath.DataPathFixture.Told;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.tls.RecordPairs;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.IpProtocol;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

@Timeout(60)
class DataPathTest {
    private static final int DNS = 50_000 << 16 | 53;

    private final DataPathFixture path = new DataPathFixture();
    private final CstpClient client = new CstpClient();
    private final Told told = new Told();

    DataPathTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        path.close();
        assertThat(path.dataPath.counts()).containsEntry("internal_errors", 0L);
    }

    private LiveTunnel attach(Spec spec) {
        return path.attach(spec.build(), client.server(), told);
    }

    private static byte[] question(String source, String destination) {
        return Packets.udp(source, destination, DNS, Packets.numbered(40));
    }

    @ParameterizedTest
    @CsvSource({"10.77.0.7, 192.0.2.1", "fd77::7, 2001:db8::1"})
    void carriesPacketsBothWaysAndCountsThem(String inner, String far) throws Exception {
        LiveTunnel tunnel = attach(new Spec(7));
        byte[] question = question(inner, far);
        client.send(Cstp.DATA, question);
        assertThat(path.tun.receive()).isEqualTo(question);

        byte[] answer = Packets.udp(far, inner, 53 << 16 | 50_000, Packets.numbered(400));
        path.tun.send(answer);
        Received received = client.receive();
        assertThat(received.type()).isEqualTo(Cstp.DATA);
        assertThat(received.payload()).isEqualTo(answer);

        // Packets and octets are counted one after the other, and those down after the write.
        var carriedDown = new Counters.Carried(1, answer.length);
        DataPathFixture.eventually(() -> tunnel.counters().down().equals(carriedDown));
        assertThat(tunnel.counters().tlsUp()).isEqualTo(new Counters.Carried(1, question.length));
        assertThat(tunnel.channel()).isEqualTo(LiveTunnel.Channel.TLS);
    }

    @Test
    void cutsALargeSegmentIntoRecordsOfOnePacket() throws Exception {
        attach(new Spec(7));
        byte[] payload = Packets.numbered(60_000);
        byte[] large = Packets.tcp("192.0.2.1", "10.77.0.7", DNS, 1, Packets.ACK, payload);
        path.tun.sendFrame(Packets.joined(1, 1_300, large));
        for (int at = 0; at < payload.length; at += 1_300) {
            byte[] packet = client.receive().payload();
            assertThat(Packets.hasGoodChecksums(packet)).isTrue();
            int end = Math.min(payload.length, at + 1_300);
            assertThat(Arrays.copyOfRange(packet, 52, packet.length))
                    .isEqualTo(Arrays.copyOfRange(payload, at, end));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.77.0.8", "fd77::8", "::ffff:10.77.0.7"})
    void dropsAPacketFromAnAddressThatIsNotTheClients(String source) throws Exception {
        LiveTunnel tunnel = attach(new Spec(7));
        boolean ipv4 = !source.contains(":");
        byte[] spoofed =
                source.startsWith("::ffff")
                        ? mapped()
                        : question(source, ipv4 ? "192.0.2.1" : "2001:db8::1");
        client.send(Cstp.DATA, spoofed);
        byte[] honest = question("10.77.0.7", "192.0.2.1");
        client.send(Cstp.DATA, honest);
        assertThat(path.tun.receive()).isEqualTo(honest);
        assertThat(tunnel.counters().drops().spoofed()).isEqualTo(1);
    }

    private static byte[] mapped() {
        byte[] packet = question("fd77::8", "2001:db8::1");
        byte[] source = HexFormat.of().parseHex("00000000000000000000ffff0a4d0007");
        System.arraycopy(source, 0, packet, 8, 16);
        return packet;
    }

    @Test
    void appliesTheRulesBothWays() throws Exception {
        var allowed =
                new FirewallRule(
                        FirewallRule.Action.ALLOW,
                        IpNetwork.parse("192.0.2.0/24"),
                        IpProtocol.UDP,
                        53,
                        53);
        LiveTunnel tunnel = attach(new Spec(7).filter(PacketFilter.compile(List.of(allowed))));
        client.send(Cstp.DATA, question("10.77.0.7", "198.51.100.1"));
        byte[] good = question("10.77.0.7", "192.0.2.1");
        client.send(Cstp.DATA, good);
        assertThat(path.tun.receive()).isEqualTo(good);

        path.tun.send(Packets.udp("192.0.2.1", "10.77.0.7", 54 << 16 | 9, new byte[1]));
        byte[] answer = Packets.udp("192.0.2.1", "10.77.0.7", 53 << 16 | 9, new byte[1]);
        path.tun.send(answer);
        assertThat(client.receive().payload()).isEqualTo(answer);
        assertThat(tunnel.counters().drops().denied()).isEqualTo(2);
    }

    @Test
    void answersDeadPeerDetectionWithTheSamePayload() throws Exception {
        attach(new Spec(7));
        byte[] payload = Packets.numbered(1_000);
        client.send(Cstp.DPD_REQUEST, payload);
        Received answer = client.receive();
        assertThat(answer.type()).isEqualTo(Cstp.DPD_RESPONSE);
        assertThat(answer.payload()).isEqualTo(payload);
    }

    @Test
    void updatesItsKeysWhenTheClientAsks() throws Exception {
        attach(new Spec(7));
        client.updateKeys();
        byte[] question = question("10.77.0.7", "192.0.2.1");
        client.send(Cstp.DATA, question);
        assertThat(path.tun.receive()).isEqualTo(question);
        client.send(Cstp.DPD_REQUEST, (byte) 1);
        assertThat(client.receive().payload()).containsExactly(1);
    }

    @Test
    void updatesItsKeysByItselfWhenTheyAreOld() throws Exception {
        attach(new Spec(7));
        byte[] answer = Packets.udp("192.0.2.1", "10.77.0.7", DNS, Packets.numbered(40));
        for (int i = 1; i <= 2; i++) {
            RecordPairs.age(client.server().sealer());
            path.tun.send(answer);
            assertThat(client.receive().payload()).isEqualTo(answer);
            assertThat(client.keyUpdates()).isEqualTo(i);
            path.tun.send(answer);
            assertThat(client.receive().payload()).isEqualTo(answer);
            assertThat(client.keyUpdates()).as("with the key that is new").isEqualTo(i);
        }
        client.send(Cstp.DPD_REQUEST, (byte) 1);
        assertThat(client.receive().payload()).containsExactly(1);
        assertThat(told.events).isEmpty();
    }

    @Test
    void readsPacketsAsAStream() throws Exception {
        attach(new Spec(7));
        byte[] one = question("10.77.0.7", "192.0.2.1");
        byte[] two = question("10.77.0.7", "192.0.2.2");
        byte[] three = question("10.77.0.7", "192.0.2.3");
        byte[] stream = new byte[3 * (one.length + 8)];
        List<byte[]> packets = List.of(one, two, three);
        for (int i = 0; i < 3; i++) {
            byte[] packet = CstpClient.cstp(Cstp.DATA, packets.get(i));
            System.arraycopy(packet, 0, stream, i * packet.length, packet.length);
        }
        for (int at = 0; at < stream.length; at += 50) {
            client.sendRecord(Arrays.copyOfRange(stream, at, Math.min(at + 50, stream.length)));
        }
        for (byte[] packet : packets) {
            assertThat(path.tun.receive()).isEqualTo(packet);
        }
    }

    @Test
    void readsRecordsThatComeAnOctetAtATime() throws Exception {
        attach(new Spec(7));
        byte[] question = question("10.77.0.7", "192.0.2.1");
        client.sendSlowly(CstpClient.cstp(Cstp.DATA, question));
        assertThat(path.tun.receive()).isEqualTo(question);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "logout with a reason, 5, b041626f7274, LOGOUT",
        "temporary, 5, '', CLIENT_LEFT",
        "another code, 5, 00, CLIENT_LEFT",
        "terminate, 9, '', CLIENT_LEFT",
        "compressed although not agreed, 8, 00, PROTOCOL_ERROR",
        "unknown type, 77, 00, PROTOCOL_ERROR"
    })
    void endsWithWhatTheClientSays(String why, int type, String payload, EndReason reason)
            throws Exception {
        attach(new Spec(7));
        client.send(type, HexFormat.of().parseHex(payload));
        assertThat(told.next()).as(why).isEqualTo(reason.name());
        assertThat(client.readToTheEnd()).isZero();
        assertThat(path.dataPath.tunnels()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no magic, 53544602000000000",
        "last octet of the header, 5354460100000001",
        "longer than a record, 53544601ffff0000"
    })
    void endsWithAHeaderThatIsNone(String why, String content) throws Exception {
        attach(new Spec(7));
        String even = content.length() % 2 == 0 ? content : content + "0";
        client.sendRecord(HexFormat.of().parseHex(even));
        assertThat(told.next()).as(why).isEqualTo("PROTOCOL_ERROR");
    }

    @Test
    void anAlteredRecordEndsTheConnection() throws Exception {
        attach(new Spec(7));
        byte[] record = new byte[200];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[4] = (byte) 195;
        client.sendRaw(record);
        assertThat(told.next()).isEqualTo("PROTOCOL_ERROR");
        assertThat(client.readToTheEnd()).isZero();
    }

    @Test
    void closeNotifyEndsTheTunnelAndIsAnswered() throws Exception {
        attach(new Spec(7));
        client.closeNotify();
        assertThat(told.next()).isEqualTo("CLIENT_LEFT");
        assertThat(client.readToTheEnd()).isZero();
        assertThat(client.wasTakenLeaveOf()).isTrue();
        assertThat(path.dataPath.tunnels()).isZero();
    }

    @Test
    void theEndOfTheStreamIsALostConnection() throws Exception {
        attach(new Spec(7));
        client.endOutput();
        assertThat(told.next()).isEqualTo("CONNECTION_LOST");
    }

    @Test
    void aClientThatDoesNotReadDelaysNobodyAndHoldsLittle() throws Exception {
        LiveTunnel stalled = attach(new Spec(7));
        try (CstpClient lively = new CstpClient()) {
            LiveTunnel other = path.attach(new Spec(8).build(), lively.server(), new Told());
            byte[] large = Packets.tcp("192.0.2.1", "10.77.0.7", DNS, 1, 0x10, new byte[60_000]);
            byte[] frame = Packets.joined(1, 1_300, large);
            byte[] small = Packets.udp("192.0.2.1", "10.77.0.8", DNS, new byte[100]);
            for (int i = 0; i < 400; i++) {
                path.tun.sendFrame(frame);
                path.tun.send(small);
                assertThat(lively.receive().payload()).isEqualTo(small);
            }
            DataPathFixture.eventually(() -> path.tun.unread() == 0);
            assertThat(stalled.counters().drops().clientTooSlow()).isPositive();
            assertThat(other.counters().drops().clientTooSlow()).isZero();
            assertThat(path.dataPath.pendingOctets()).isBetween(1L, 400_000L);
        }
        stalled.close();
        assertThat(client.readToTheEnd()).as("what it was sent is all whole").isPositive();
        DataPathFixture.eventually(() -> path.dataPath.pendingOctets() == 0);
    }

    @Test
    void aClientThatAsksForKeysWithoutReadingEnds() throws Exception {
        attach(new Spec(7));
        byte[] large = Packets.tcp("192.0.2.1", "10.77.0.7", DNS, 1, 0x10, new byte[60_000]);
        byte[] frame = Packets.joined(1, 1_300, large);
        while (path.dataPath.pendingOctets() == 0) {
            path.tun.sendFrame(frame);
        }
        client.updateKeys();
        byte[] question = question("10.77.0.7", "192.0.2.1");
        client.send(Cstp.DATA, question);
        assertThat(path.tun.receive()).as("once is no offence").isEqualTo(question);
        for (int i = 0; i < 100; i++) {
            client.updateKeys();
            client.send(Cstp.KEEPALIVE);
        }
        assertThat(told.next()).isEqualTo("PROTOCOL_ERROR");
        assertThat(client.readToTheEnd()).as("what it was sent is all whole").isPositive();
    }

    @Test
    void showsTheUserWhyItEnds() throws Exception {
        LiveTunnel tunnel = attach(new Spec(7));
        tunnel.disconnect("Maintenance tonight");
        Received goodbye = client.receive();
        assertThat(goodbye.type()).isEqualTo(Cstp.DISCONNECT);
        assertThat(goodbye.payload()[0]).isEqualTo((byte) 0xb0);
        assertThat(new String(goodbye.payload(), 1, 19, StandardCharsets.UTF_8))
                .isEqualTo("Maintenance tonight");
        assertThat(client.readToTheEnd()).isZero();
        assertThat(client.wasTakenLeaveOf()).isTrue();
        assertThat(told.next()).isEqualTo("DISCONNECTED");
    }

    @Test
    void cutsALongReasonBetweenCharacters() throws Exception {
        attach(new Spec(7)).disconnect("\u00e4".repeat(99) + "x" + "\u00e4".repeat(50));
        byte[] payload = client.receive().payload();
        assertThat(new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8))
                .isEqualTo("\u00e4".repeat(99) + "x");
    }

    @Test
    void aNewerTunnelHasTheAddressEvenWhenTheOldOneEnds() throws Exception {
        LiveTunnel old = attach(new Spec(7));
        try (CstpClient again = new CstpClient()) {
            path.attach(new Spec(7).build(), again.server(), new Told());
            old.close();
            assertThat(told.next()).isEqualTo("REPLACED");
            byte[] packet = Packets.udp("192.0.2.1", "10.77.0.7", DNS, new byte[100]);
            path.tun.send(packet);
            assertThat(again.receive().payload()).isEqualTo(packet);
            assertThat(path.dataPath.tunnels()).isEqualTo(1);
        }
    }

    @Test
    void probesASilentClientAndThenGivesItUp() throws Exception {
        attach(new Spec(7).dpd(30));
        path.advance(Duration.ofSeconds(30));
        assertThat(client.receive().type()).isEqualTo(Cstp.DPD_REQUEST);
        path.advance(Duration.ofSeconds(30));
        assertThat(told.next()).isEqualTo("PEER_DEAD");
    }

    @Test
    void anIdleClientIsToldAndEnds() throws Exception {
        attach(new Spec(7).idle(60));
        path.advance(Duration.ofSeconds(61));
        assertThat(told.next()).isEqualTo("IDLE");
        assertThat(client.receive().type()).isEqualTo(Cstp.DISCONNECT);
    }

    @Test
    void whatIsAboveTheLimitTowardsTheClientIsDropped() throws Exception {
        LiveTunnel tunnel = attach(new Spec(7).limits(0, 80_000));
        byte[] packet = Packets.udp("192.0.2.1", "10.77.0.7", DNS, new byte[1_000]);
        for (int i = 0; i < 100; i++) {
            path.tun.send(packet);
        }
        DataPathFixture.eventually(() -> path.tun.unread() == 0);
        DataPathFixture.eventually(
                () ->
                        tunnel.counters().down().packets() + tunnel.counters().drops().overLimit()
                                == 100);
        assertThat(tunnel.counters().down().octets()).isBetween(16_000L, 18_000L);
    }

    @Test
    void aClientAboveItsLimitIsNotReadFromForAWhile() throws Exception {
        LiveTunnel tunnel = attach(new Spec(7).limits(80_000, 0));
        byte[] packet = Packets.udp("10.77.0.7", "192.0.2.1", DNS, new byte[1_000]);
        // More than one read of the gateway takes, so that the rest waits in the connection.
        for (int i = 0; i < 600; i++) {
            client.send(Cstp.DATA, packet);
        }
        DataPathFixture.eventually(() -> tunnel.counters().up().packets() > 0);
        long first = tunnel.counters().up().packets();
        assertThat(first).isLessThan(600);
        while (tunnel.counters().up().packets() < 600) {
            path.advance(Duration.ofSeconds(10));
            Thread.onSpinWait();
        }
        assertThat(tunnel.counters().drops().overLimit()).isZero();
    }

    @Test
    void endsAllWhenTheDeviceBreaks() throws Exception {
        attach(new Spec(7));
        path.tun.breakDown();
        assertThat(told.next()).isEqualTo("STOPPED");
        assertThat(path.dataPath.failure().get()).hasMessageContaining("gone");
        try (CstpClient late = new CstpClient()) {
            assertThatThrownBy(() -> path.attach(new Spec(8).build(), late.server(), new Told()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
