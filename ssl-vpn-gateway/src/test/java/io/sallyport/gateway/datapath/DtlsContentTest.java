package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.DataPathFixture.Spec;
import io.sallyport.gateway.datapath.DataPathFixture.Told;
import io.sallyport.gateway.datapath.packet.AddressBits;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.DtlsRecords;
import io.sallyport.gateway.tls.RecordOpener;
import io.sallyport.gateway.tls.RecordPairs;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever a client with a session sends over UDP, sealed with the key of the session or not, in
 * datagrams of any length: the data path does what a small model says, and the tunnel goes on. Each
 * try has an association of its own in the same tunnel, on a real socket.
 */
class DtlsContentTest {
    private static final int DNS = 50_000 << 16 | 53;
    private static final int OVERHEAD = 13 + 24;

    /** What is behind this octet of a datagram does not arrive. */
    private static final int LONGEST_DATAGRAM = 2_048;

    /** Of a last flight that is sent again; see RecordPairs. */
    private static final int FLIGHT_DATAGRAM = 1;

    private static DataPathFixture path;
    private static CstpClient tls;
    private static Tunnel tunnel;
    private static final Told TOLD = new Told();

    @BeforeContainer
    static void start() throws IOException {
        path = new DataPathFixture();
        tls = new CstpClient();
        tunnel = path.dataPath.attachTunnel(new Spec(8).build(), tls.server(), TOLD);
    }

    @AfterContainer
    static void stop() throws IOException {
        tls.close();
        path.close();
    }

    @Property(tries = 400)
    void anySealedContentIsTakenAsTheModelDoes(
            @ForAll("contents") List<byte[]> contents,
            @ForAll @IntRange(min = 1, max = 3) int inDatagram)
            throws Exception {
        Model model = new Model();
        try (Client client = new Client()) {
            for (int i = 0; i < contents.size(); i += inDatagram) {
                List<byte[]> some = contents.subList(i, Math.min(contents.size(), i + inDatagram));
                client.send(client.sealed(some));
                model.datagram(some);
            }
            byte[] question = client.sendQuestion();
            if (!model.over) {
                model.carried.add(question);
            }
            for (byte[] packet : model.carried) {
                assertThat(path.tun.receive()).isEqualTo(packet);
            }
            for (byte[] payload : model.answers) {
                byte[] answer = client.receive();
                assertThat(answer[0]).isEqualTo((byte) Cstp.DPD_RESPONSE);
                assertThat(Arrays.copyOfRange(answer, 1, answer.length)).isEqualTo(payload);
            }
        }
        assertUndisturbed();
    }

    @Property(tries = 400)
    void noDatagramFromTheClientsAddressDoesMoreThanBeDropped(@ForAll("noise") List<byte[]> noise)
            throws Exception {
        try (Client client = new Client()) {
            for (byte[] datagram : noise) {
                client.send(datagram);
            }
            byte[] question = client.sendQuestion();
            assertThat(path.tun.receive()).isEqualTo(question);
        }
        assertUndisturbed();
    }

    /** Of each record the type, and what is in it. */
    @Provide
    Arbitrary<List<byte[]>> contents() {
        Arbitrary<byte[]> payloads =
                Arbitraries.frequencyOf(
                        Tuple.of(6, octets(1_400)),
                        Tuple.of(2, octets(LONGEST_DATAGRAM)),
                        Tuple.of(1, octets(1 << 14)));
        Arbitrary<Byte> cstp =
                Arbitraries.oneOf(
                        Arbitraries.of((byte) 0, (byte) 3, (byte) 4, (byte) 5, (byte) 7, (byte) 9),
                        Arbitraries.bytes());
        Arbitrary<byte[]> data =
                Combinators.combine(cstp, payloads)
                        .as(
                                (type, payload) ->
                                        prefixed(ContentTypes.APPLICATION_DATA, type, payload))
                        .map(
                                content ->
                                        Arrays.copyOf(
                                                content, Math.min(content.length, 1 + (1 << 14))));
        Arbitrary<byte[]> questions =
                octets(600)
                        .map(
                                payload ->
                                        prefixed(
                                                ContentTypes.APPLICATION_DATA,
                                                (byte) Cstp.DATA,
                                                Packets.udp(
                                                        "10.77.0.8", "192.0.2.1", DNS, payload)));
        Arbitrary<byte[]> others =
                Combinators.combine(Arbitraries.of(0, 20, 21, 22, 24, 255), octets(40))
                        .as((type, content) -> prefixed(type, content));
        Arbitrary<byte[]> empty =
                Arbitraries.just(new byte[] {(byte) ContentTypes.APPLICATION_DATA});
        return Arbitraries.frequencyOf(
                        Tuple.of(8, questions),
                        Tuple.of(8, data),
                        Tuple.of(2, others),
                        Tuple.of(1, empty))
                .list()
                .ofMaxSize(8);
    }

    /** Records of no session, whole or not, and datagrams beyond what is received of them. */
    @Provide
    Arbitrary<List<byte[]>> noise() {
        Arbitrary<byte[]> records =
                Combinators.combine(
                                Arbitraries.of(20, 21, 22, 23, 24),
                                Arbitraries.longs().between(0, 3L << 48),
                                Arbitraries.integers().between(0, 0xffff),
                                octets(2 * LONGEST_DATAGRAM))
                        .as(
                                (type, number, length, body) ->
                                        ByteBuffer.allocate(13 + body.length)
                                                .put((byte) (int) type)
                                                .putShort((short) 0xfefd)
                                                .putLong(number)
                                                .putShort((short) (int) length)
                                                .put(body)
                                                .array());
        return Arbitraries.oneOf(records, octets(200), octets(3 * LONGEST_DATAGRAM), octets(60_000))
                .list()
                .ofMaxSize(5);
    }

    private static Arbitrary<byte[]> octets(int most) {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(most);
    }

    private static byte[] prefixed(int type, byte[] content) {
        return ByteBuffer.allocate(1 + content.length).put((byte) type).put(content).array();
    }

    private static byte[] prefixed(int type, byte cstp, byte[] payload) {
        return prefixed(type, prefixed(cstp, payload));
    }

    private static void assertUndisturbed() {
        assertThat(path.tun.isEmpty()).isTrue();
        assertThat(tunnel.hasEnded()).isFalse();
        assertThat(path.dataPath.counts()).containsEntry("internal_errors", 0L);
    }

    /** One association, which takes the place of the one before. */
    private static final class Client implements AutoCloseable {
        private final DatagramSocket socket;
        private final DtlsRecords records;

        Client() throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            socket = new DatagramSocket(0, loopback);
            socket.setSoTimeout(10_000);
            var ends = RecordPairs.dtls();
            records = ends.client();
            path.dataPath.adopt(
                    tunnel,
                    new PeerAddress(
                            AddressBits.high(loopback),
                            AddressBits.low(loopback),
                            socket.getLocalPort(),
                            0),
                    ends.server());
        }

        byte[] sealed(List<byte[]> contents) {
            ByteArrayOutputStream datagram = new ByteArrayOutputStream();
            for (byte[] content : contents) {
                byte[] record = new byte[content.length + OVERHEAD];
                int length =
                        records.sealer()
                                .seal(content[0] & 0xff, content, 1, content.length - 1, record, 0);
                datagram.write(record, 0, length);
            }
            return datagram.toByteArray();
        }

        void send(byte[] datagram) throws IOException {
            socket.send(
                    new DatagramPacket(
                            datagram,
                            datagram.length,
                            InetAddress.getLoopbackAddress(),
                            path.udp.port()));
        }

        byte[] sendQuestion() throws IOException {
            byte[] packet = Packets.udp("10.77.0.8", "192.0.2.9", DNS, Packets.numbered(40));
            send(
                    sealed(
                            List.of(
                                    prefixed(
                                            ContentTypes.APPLICATION_DATA,
                                            (byte) Cstp.DATA,
                                            packet))));
            return packet;
        }

        /** The next content; flights that come again are passed over. */
        byte[] receive() throws Exception {
            DatagramPacket datagram = new DatagramPacket(new byte[70_000], 70_000);
            do {
                socket.receive(datagram);
            } while (datagram.getLength() == FLIGHT_DATAGRAM);
            byte[] content = new byte[datagram.getLength()];
            int opened = records.open(datagram.getData(), 0, datagram.getLength(), content, 0);
            assertThat(opened).isPositive();
            return Arrays.copyOf(content, RecordOpener.length(opened));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** What is to come of an association's datagrams. */
    private static final class Model {
        private final List<byte[]> carried = new ArrayList<>();
        private final List<byte[]> answers = new ArrayList<>();
        private boolean over;

        /** Each content with its type in front. */
        void datagram(List<byte[]> contents) {
            int end = 0;
            for (byte[] content : contents) {
                end += OVERHEAD + content.length - 1;
                if (end <= LONGEST_DATAGRAM && !over) {
                    record(content[0] & 0xff, Arrays.copyOfRange(content, 1, content.length));
                }
            }
        }

        private void record(int type, byte[] content) {
            if (type == 21) {
                over = content.length == 2 && (content[0] == 2 || content[1] == 0);
            } else if (type == 23 && content.length > 0) {
                byte[] payload = Arrays.copyOfRange(content, 1, content.length);
                if (content[0] == 0 && isWholeAndFromTheClient(payload)) {
                    carried.add(payload);
                } else if (content[0] == 3) {
                    answers.add(payload);
                }
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
