package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.CstpClient.Received;
import io.sallyport.gateway.datapath.DataPathFixture.Spec;
import io.sallyport.gateway.datapath.DataPathFixture.Told;
import io.sallyport.gateway.datapath.packet.Packets;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever a client with a session sends over TLS: the data path does what a small model of the
 * protocol says, and never more to others than nothing. Each try is a tunnel of its own on real
 * sockets, beside one that has to go on.
 */
class CstpStreamTest {
    private static final int DNS = 50_000 << 16 | 53;
    private static final int LONGEST_CONTENT = 16_384;

    private static DataPathFixture path;
    private static CstpClient bystander;
    private static final Told TOLD_BYSTANDER = new Told();

    @BeforeContainer
    static void start() throws IOException {
        path = new DataPathFixture();
        bystander = new CstpClient();
        path.attach(new Spec(7).build(), bystander.server(), TOLD_BYSTANDER);
    }

    @AfterContainer
    static void stop() throws IOException {
        bystander.close();
        path.close();
    }

    @Property(tries = 400)
    void anyStreamOfPacketsIsReadAsTheModelDoes(
            @ForAll("streams") List<byte[]> packets, @ForAll("cuts") List<Integer> cuts)
            throws Exception {
        byte[] stream = joined(packets);
        Model model = new Model(stream);
        try (CstpClient client = new CstpClient()) {
            Told told = attach(client);
            client.sendRaw(records(client, stream, cuts));
            client.endOutput();
            assertThat(told.next()).isEqualTo(model.end.name());
            for (byte[] packet : model.carried) {
                assertThat(path.tun.receive()).isEqualTo(packet);
            }
            for (byte[] payload : model.answers) {
                Received answer = client.receive();
                assertThat(answer.type()).isEqualTo(Cstp.DPD_RESPONSE);
                assertThat(answer.payload()).isEqualTo(payload);
            }
            assertThat(client.readToTheEnd()).isZero();
        }
        assertUndisturbed();
    }

    @Property(tries = 400)
    void noRecordDoesMoreThanEndItsTunnel(
            @ForAll @IntRange(max = 3) int good, @ForAll("noRecords") byte[] bad) throws Exception {
        try (CstpClient client = new CstpClient()) {
            Told told = attach(client);
            for (int i = 0; i < good; i++) {
                client.send(Cstp.DATA, question());
            }
            client.sendRaw(bad);
            client.endOutput();
            assertThat(told.next()).isIn("PROTOCOL_ERROR", "CONNECTION_LOST");
            for (int i = 0; i < good; i++) {
                assertThat(path.tun.receive()).isEqualTo(question());
            }
        }
        assertUndisturbed();
    }

    @Property(tries = 400)
    void noAlteredRecordDoesMoreThanEndItsTunnel(
            @ForAll @Size(max = 1_400) byte[] content,
            @ForAll @IntRange(min = 0) int where,
            @ForAll @IntRange(min = 1, max = 255) int how)
            throws Exception {
        try (CstpClient client = new CstpClient()) {
            Told told = attach(client);
            byte[] record = client.sealed(CstpClient.cstp(Cstp.DATA, content));
            record[where % record.length] ^= (byte) how;
            client.sendRaw(record);
            client.send(Cstp.DATA, question());
            client.endOutput();
            assertThat(told.next()).isIn("PROTOCOL_ERROR", "CONNECTION_LOST");
            assertThat(told.last.tlsUp().packets()).isZero();
        }
        assertUndisturbed();
    }

    @Property(tries = 400)
    void noPacketInATunnelDoesMoreThanBeCarriedAsItIs(@ForAll("almostPackets") byte[] packet)
            throws Exception {
        try (CstpClient client = new CstpClient()) {
            Told told = attach(client);
            client.send(Cstp.DATA, packet);
            client.send(Cstp.DATA, question());
            client.endOutput();
            assertThat(told.next()).isEqualTo("CONNECTION_LOST");
            List<byte[]> carried = new ArrayList<>();
            for (long i = told.last.tlsUp().packets(); i > 0; i--) {
                carried.add(path.tun.receive());
            }
            assertThat(carried).anySatisfy(each -> assertThat(each).isEqualTo(question()));
            assertThat(carried)
                    .allSatisfy(
                            each ->
                                    assertThat(
                                                    Arrays.equals(each, question())
                                                            || Arrays.equals(each, packet))
                                            .isTrue());
        }
        assertUndisturbed();
    }

    /** Packets, parts of them, or something else. */
    @Provide
    Arbitrary<List<byte[]>> streams() {
        Arbitrary<Integer> types =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                Cstp.DATA,
                                Cstp.DPD_REQUEST,
                                Cstp.DPD_RESPONSE,
                                Cstp.KEEPALIVE,
                                Cstp.DISCONNECT,
                                Cstp.TERMINATE,
                                Cstp.COMPRESSED),
                        Arbitraries.integers().between(0, 255));
        Arbitrary<Integer> lengths = Arbitraries.integers().between(0, 0xffff);
        Arbitrary<byte[]> payloads =
                Arbitraries.frequencyOf(
                        Tuple.of(5, octets(100)), Tuple.of(1, octets(LONGEST_CONTENT + 100)));
        return Arbitraries.frequencyOf(
                        Tuple.of(6, octets(600).map(CstpStreamTest::question)),
                        Tuple.of(6, Combinators.combine(types, payloads).as(CstpClient::cstp)),
                        Tuple.of(
                                1,
                                Combinators.combine(types, lengths, payloads)
                                        .as(CstpStreamTest::lying)),
                        Tuple.of(1, octets(100)))
                .list()
                .ofMaxSize(8);
    }

    /** How much of the stream is in each of the next records. */
    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.frequencyOf(
                        Tuple.of(2, Arbitraries.integers().between(1, 20)),
                        Tuple.of(2, Arbitraries.integers().between(1, LONGEST_CONTENT)),
                        Tuple.of(1, Arbitraries.just(LONGEST_CONTENT)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    /** What begins as a record of any length, whole or not, and is none. */
    @Provide
    Arbitrary<byte[]> noRecords() {
        Arbitrary<byte[]> begun =
                Combinators.combine(
                                Arbitraries.frequency(
                                        Tuple.of(6, 23), Tuple.of(1, 21), Tuple.of(1, 22)),
                                Arbitraries.integers().between(0, 0xffff),
                                octets(20_000))
                        .as(
                                (type, length, body) ->
                                        ByteBuffer.allocate(5 + body.length)
                                                .put((byte) (int) type)
                                                .putShort((short) 0x0303)
                                                .putShort((short) (int) length)
                                                .put(body)
                                                .array());
        return Arbitraries.oneOf(begun, octets(300));
    }

    /** From the client's own address, and as long as it says; the rest is random. */
    @Provide
    Arbitrary<byte[]> almostPackets() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(0, 1, 6, 17, 43, 44, 50, 51, 58, 60, 132),
                        octets(1_400))
                .as(CstpStreamTest::almostPacket);
    }

    private static byte[] almostPacket(boolean ipv4, int protocol, byte[] random) {
        byte[] packet = Arrays.copyOf(random, Math.max(ipv4 ? 20 : 40, random.length));
        packet[0] = (byte) ((ipv4 ? 0x40 : 0x60) | (packet[0] & 0xf));
        byte[] good = ipv4 ? question() : Packets.udp("fd77::8", "fd77::9", DNS, new byte[0]);
        ByteBuffer.wrap(packet)
                .putShort(ipv4 ? 2 : 4, (short) (packet.length - (ipv4 ? 0 : 40)))
                .put(ipv4 ? 9 : 6, (byte) protocol)
                .put(ipv4 ? 12 : 8, good, ipv4 ? 12 : 8, ipv4 ? 4 : 16);
        return packet;
    }

    private static Arbitrary<byte[]> octets(int most) {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(most);
    }

    private static byte[] question() {
        return Packets.udp("10.77.0.8", "192.0.2.1", DNS, Packets.numbered(40));
    }

    private static byte[] question(byte[] payload) {
        return CstpClient.cstp(Cstp.DATA, Packets.udp("10.77.0.8", "192.0.2.1", DNS, payload));
    }

    /** A packet whose header says another length. */
    private static byte[] lying(int type, int length, byte[] payload) {
        byte[] packet = CstpClient.cstp(type, payload);
        ByteBuffer.wrap(packet).putShort(4, (short) length);
        return packet;
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] records(CstpClient client, byte[] stream, List<Integer> cuts) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        int record = 0;
        for (int at = 0; at < stream.length; record++) {
            int end = Math.min(stream.length, at + cuts.get(record % cuts.size()));
            records.writeBytes(client.sealed(Arrays.copyOfRange(stream, at, end)));
            at = end;
        }
        return records.toByteArray();
    }

    private static Told attach(CstpClient client) {
        Told told = new Told();
        path.attach(new Spec(8).build(), client.server(), told);
        return told;
    }

    /** Nothing more came out, no fault of ours was met, and the other tunnel is as it was. */
    private static void assertUndisturbed() throws Exception {
        byte[] packet = Packets.udp("10.77.0.7", "192.0.2.1", DNS, Packets.numbered(40));
        bystander.send(Cstp.DATA, packet);
        assertThat(path.tun.receive()).isEqualTo(packet);
        assertThat(path.tun.isEmpty()).isTrue();
        assertThat(TOLD_BYSTANDER.events).isEmpty();
        assertThat(path.dataPath.counts()).containsEntry("internal_errors", 0L);
        assertThat(path.dataPath.pendingOctets()).isZero();
    }

    /** What is to come of a stream, as the draft reads. */
    private static final class Model {
        private final List<byte[]> carried = new ArrayList<>();
        private final List<byte[]> answers = new ArrayList<>();
        private EndReason end = EndReason.CONNECTION_LOST;

        Model(byte[] stream) {
            ByteBuffer in = ByteBuffer.wrap(stream);
            while (end == EndReason.CONNECTION_LOST && in.remaining() >= 8) {
                int magic = in.getInt();
                int length = in.getShort() & 0xffff;
                int type = in.get() & 0xff;
                if (in.get() != 0 || magic != 0x53544601 || length > LONGEST_CONTENT - 8) {
                    end = EndReason.PROTOCOL_ERROR;
                } else if (length > in.remaining()) {
                    return;
                } else {
                    byte[] payload = new byte[length];
                    in.get(payload);
                    packet(type, payload);
                }
            }
        }

        private void packet(int type, byte[] payload) {
            switch (type) {
                case 0 -> {
                    if (isWholeAndFromTheClient(payload)) {
                        carried.add(payload);
                    }
                }
                case 3 -> answers.add(payload);
                case 4, 7 -> {}
                case 5 ->
                        end =
                                payload.length > 0 && payload[0] == (byte) 0xb0
                                        ? EndReason.LOGOUT
                                        : EndReason.CLIENT_LEFT;
                case 9 -> end = EndReason.CLIENT_LEFT;
                default -> end = EndReason.PROTOCOL_ERROR;
            }
        }

        private static boolean isWholeAndFromTheClient(byte[] packet) {
            return packet.length >= 20
                    && packet[0] == 0x45
                    && ByteBuffer.wrap(packet).getShort(2) == packet.length
                    && ByteBuffer.wrap(packet).getInt(12) == 0x0a4d0008;
        }
    }
}
