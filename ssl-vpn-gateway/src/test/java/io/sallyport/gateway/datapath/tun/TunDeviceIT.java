package io.sallyport.gateway.datapath.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.Coalescer;
import io.sallyport.gateway.datapath.packet.IpPacket;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.datapath.packet.Segmenter;

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

    @ParameterizedTest
    @CsvSource({
        "203.0.113.1/28, 203.0.113.1, 203.0.113.9",
        "2001:db8::1/124, 2001:db8::1, 2001:db8::9"
    })
    void exchangesPacketsWithTheKernel(String network, String own, String far) throws Exception {
        try (TunDevice tun = TunDevice.open(NAME);
                Waker waker = tun.waker()) {
            assertThat(tun.hasVirtioHeaders()).isTrue();
            ip("address", "add", network, "dev", NAME, "nodad");
            ip("link", "set", NAME, "mtu", "1400", "up");
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(own))) {
                byte[] question = Packets.numbered(900);
                var peer = new InetSocketAddress(InetAddress.ofLiteral(far), 5_000);
                socket.send(new DatagramPacket(question, question.length, peer));
                byte[] received = read(tun, waker, 5_000);
                assertThat(Packets.hasGoodChecksums(received)).isTrue();
                assertThat(Arrays.copyOfRange(received, received.length - 900, received.length))
                        .isEqualTo(question);

                byte[] answer = Packets.numbered(700);
                int ports = (5_000 << 16) | socket.getLocalPort();
                write(tun, Packets.udp(far, own, ports, answer));
                DatagramPacket back = new DatagramPacket(new byte[2_000], 2_000);
                socket.setSoTimeout(10_000);
                socket.receive(back);
                assertThat(Arrays.copyOf(back.getData(), back.getLength())).isEqualTo(answer);
                assertThat(tun.written()).isEqualTo(new Tun.Written(1, 0, 0, 0));
            }
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

    /** The next UDP packet to a port; the kernel sends others too, to find its neighbours. */
    private static byte[] read(TunDevice tun, Waker waker, int port) throws IOException {
        byte[] buffer = new byte[ROOM + 70_000 + ROOM];
        Segmenter segmenter = new Segmenter();
        while (true) {
            int length = tun.read(buffer, ROOM);
            if (length == 0) {
                waker.await(10_000);
            } else if (segmenter.take(buffer, ROOM, length, true)
                    && segmenter.packet().protocol() == IpPacket.UDP
                    && segmenter.packet().destinationPort() == port) {
                int packet = segmenter.next();
                return Arrays.copyOfRange(buffer, segmenter.offset(), segmenter.offset() + packet);
            }
        }
    }

    private static void write(TunDevice tun, byte[] packet) {
        byte[] buffer = new byte[ROOM + packet.length];
        System.arraycopy(packet, 0, buffer, ROOM, packet.length);
        IpPacket headers = new IpPacket();
        assertThat(headers.read(buffer, ROOM, packet.length)).isTrue();
        Coalescer coalescer = new Coalescer(tun.writer(), true);
        coalescer.add(headers, buffer, ROOM);
        coalescer.flush();
        assertThat(Octets.u16(buffer, ROOM - 2)).as("virtio header in front").isZero();
    }

    private static void ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as("%s", command).isZero();
    }
}
