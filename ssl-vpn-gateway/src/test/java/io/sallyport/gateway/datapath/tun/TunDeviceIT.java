package io.sallyport.gateway.datapath.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.AddressBits;
import io.sallyport.gateway.datapath.packet.Coalescer;
import io.sallyport.gateway.datapath.packet.IpPacket;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.datapath.packet.Segmenter;
import io.sallyport.gateway.datapath.tun.TunDevice.Offload;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.datapath.udp.UdpSender;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A device of the kernel, as root. It has a name of its own and is gone with the test; the networks
 * are those for examples (RFC 5737, RFC 3849), which nobody routes.
 */
@Timeout(30)
class TunDeviceIT {
    private static final String NAME = "slyt" + ProcessHandle.current().pid();
    private static final int ROOM = 32;
    private static final int PORT = 5_000;
    private static final int SEGMENT = 1_000;
    private static final int SEGMENTS = 10;

    @ParameterizedTest(name = "{0}, plain: {3}")
    @CsvSource({
        "203.0.113.1/28, 203.0.113.1, 203.0.113.9, false",
        "2001:db8::1/124, 2001:db8::1, 2001:db8::9, false",
        "203.0.113.1/28, 203.0.113.1, 203.0.113.9, true",
        "2001:db8::1/124, 2001:db8::1, 2001:db8::9, true"
    })
    void exchangesPacketsWithTheKernel(String network, String own, String far, boolean plain)
            throws Exception {
        try (TunDevice tun =
                        plain
                                ? TunDevice.open(new LinuxTunDriver(), NAME, false)
                                : TunDevice.open(NAME);
                Waker waker = tun.waker()) {
            assertThat(tun.hasVirtioHeaders()).isEqualTo(!plain);
            configure(network);
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(own))) {
                byte[] question = Packets.numbered(900);
                var peer = new InetSocketAddress(InetAddress.ofLiteral(far), PORT);
                socket.send(new DatagramPacket(question, question.length, peer));
                byte[] received = read(tun, waker, IpPacket.UDP, 1).getFirst();
                assertThat(Packets.hasGoodChecksums(received)).isTrue();
                assertThat(Arrays.copyOfRange(received, received.length - 900, received.length))
                        .isEqualTo(question);

                byte[] answer = Packets.numbered(700);
                int ports = (PORT << 16) | socket.getLocalPort();
                write(tun, Packets.udp(far, own, ports, answer));
                assertThat(tun.written()).isEqualTo(new Tun.Written(1, 0, 0, 0));
                DatagramPacket back = new DatagramPacket(new byte[2_000], 2_000);
                socket.setSoTimeout(10_000);
                socket.receive(back);
                assertThat(Arrays.copyOf(back.getData(), back.getLength())).isEqualTo(answer);
            }
        }
    }

    /** Linux 6.2 is what the gateway's figures are of; an older one would take TCP alone. */
    @Test
    void theKernelLeavesTcpAndUdpToUs() throws IOException {
        try (TunDevice tun = TunDevice.open(NAME)) {
            assertThat(tun.offload()).isEqualTo(Offload.TCP_AND_UDP);
        }
        try (TunDevice tun = TunDevice.open(new LinuxTunDriver(), NAME, false)) {
            assertThat(tun.offload()).isEqualTo(Offload.PLAIN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.1/28, 203.0.113.1, 203.0.113.9",
        "2001:db8::1/124, 2001:db8::1, 2001:db8::9"
    })
    void theKernelGivesDatagramsJoined(String network, String own, String far) throws Exception {
        try (TunDevice tun = TunDevice.open(NAME);
                Waker waker = tun.waker()) {
            configure(network);
            try (UdpPort port =
                    UdpPort.open(new InetSocketAddress(InetAddress.ofLiteral(own), 0))) {
                UdpSender sender = port.sender();
                InetAddress peer = InetAddress.ofLiteral(far);
                var to = new PeerAddress(AddressBits.high(peer), AddressBits.low(peer), PORT, 0);
                for (int i = 0; i < SEGMENTS; i++) {
                    sender.prepare(to, SEGMENT);
                    int at = sender.position();
                    Arrays.fill(sender.buffer(), at, at + SEGMENT, (byte) i);
                    sender.added(SEGMENT);
                }
                sender.flush();
                assertThat(sender.sent()).isEqualTo(SEGMENTS);
                List<byte[]> packets = read(tun, waker, IpPacket.UDP, SEGMENTS);
                for (int i = 0; i < SEGMENTS; i++) {
                    byte[] packet = packets.get(i);
                    assertThat(Packets.hasGoodChecksums(packet)).isTrue();
                    assertThat(packet[packet.length - SEGMENT]).isEqualTo((byte) i);
                    assertThat(packet[packet.length - 1]).isEqualTo((byte) i);
                }
            }
        }
    }

    /** Nobody listens: the kernel answers with one RST to all that it takes for one segment. */
    @ParameterizedTest
    @CsvSource({
        "203.0.113.1/28, 203.0.113.1, 203.0.113.9",
        "2001:db8::1/124, 2001:db8::1, 2001:db8::9"
    })
    void theKernelTakesSegmentsJoined(String network, String own, String far) throws Exception {
        try (TunDevice tun = TunDevice.open(NAME);
                Waker waker = tun.waker()) {
            configure(network);
            Coalescer coalescer = new Coalescer(tun.writer(), true);
            int ports = (PORT << 16) | 9;
            for (int i = 0; i < SEGMENTS; i++) {
                byte[] part = Packets.numbered(SEGMENT);
                add(coalescer, Packets.tcp(far, own, ports, 1 + i * SEGMENT, Packets.ACK, part));
            }
            coalescer.flush();
            assertThat(tun.written()).isEqualTo(new Tun.Written(1, 0, 0, 0));
            assertThat(coalescer.joined()).isEqualTo(SEGMENTS - 1);
            assertThat(Packets.hasGoodChecksums(read(tun, waker, IpPacket.TCP, 1).getFirst()))
                    .isTrue();
        }
    }

    @Test
    void countsWhatAnInterfaceThatIsDownDoesNotTake() throws IOException {
        try (TunDevice tun = TunDevice.open(NAME)) {
            write(tun, Packets.udp("203.0.113.9", "203.0.113.1", (1 << 16) | 2, new byte[9]));
            assertThat(tun.written()).isEqualTo(new Tun.Written(0, 1, 0, 0));
        }
    }

    @Test
    void saysWhatWasRefused() {
        assertThatThrownBy(() -> TunDevice.open("lo"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TUNSETIFF lo: EINVAL");
    }

    private static void configure(String network) throws Exception {
        ip("address", "add", network, "dev", NAME, "nodad");
        ip("link", "set", NAME, "mtu", "1400", "up");
    }

    /**
     * The next frame to our port, cut into the packets that it holds; the kernel sends others too,
     * to find its neighbours.
     *
     * @param count how many packets the frame has to hold
     */
    private static List<byte[]> read(TunDevice tun, Waker waker, int protocol, int count)
            throws IOException {
        byte[] buffer = new byte[ROOM + 70_000 + ROOM];
        Segmenter segmenter = new Segmenter();
        while (true) {
            int length = tun.read(buffer, ROOM);
            if (length == 0) {
                waker.await(10_000);
            } else if (segmenter.take(buffer, ROOM, length, tun.hasVirtioHeaders())
                    && segmenter.packet().protocol() == protocol
                    && segmenter.packet().destinationPort() == PORT) {
                assertThat(segmenter.count()).isEqualTo(count);
                List<byte[]> packets = new ArrayList<>();
                for (int next = segmenter.next(); next > 0; next = segmenter.next()) {
                    int at = segmenter.offset();
                    packets.add(Arrays.copyOfRange(buffer, at, at + next));
                }
                return packets;
            }
        }
    }

    private static void write(TunDevice tun, byte[] packet) {
        Coalescer coalescer = new Coalescer(tun.writer(), tun.hasVirtioHeaders());
        byte[] buffer = add(coalescer, packet);
        coalescer.flush();
        assertThat(Octets.u16(buffer, ROOM - 2)).as("virtio header in front").isZero();
    }

    private static byte[] add(Coalescer coalescer, byte[] packet) {
        byte[] buffer = new byte[ROOM + packet.length];
        System.arraycopy(packet, 0, buffer, ROOM, packet.length);
        IpPacket headers = new IpPacket();
        assertThat(headers.read(buffer, ROOM, packet.length)).isTrue();
        coalescer.add(headers, buffer, ROOM);
        return buffer;
    }

    private static void ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as("%s", command).isZero();
    }
}
