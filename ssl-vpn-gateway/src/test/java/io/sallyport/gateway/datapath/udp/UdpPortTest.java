package io.sallyport.gateway.datapath.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.datapath.libc.Waker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

@Timeout(20)
class UdpPortTest {
    private static final int PATIENCE_MILLIS = 10_000;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void theWildcardServesBothFamilies(String loopback) throws IOException {
        try (UdpPort port = UdpPort.open(new InetSocketAddress(0))) {
            exchange(port, InetAddress.ofLiteral(loopback));
        }
    }

    @Test
    void anIpv4AddressHasASocketOfItsFamily() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (UdpPort port = UdpPort.open(new InetSocketAddress(loopback, 0))) {
            exchange(port, loopback);
        }
    }

    @Test
    void saysWhatWasRefused() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (UdpPort port = UdpPort.open(new InetSocketAddress(loopback, 0))) {
            var taken = new InetSocketAddress(loopback, port.port());
            assertThatThrownBy(() -> UdpPort.open(taken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("bind")
                    .hasMessageContaining("EADDRINUSE");
        }
    }

    @Test
    void oneThreadWaitsForTwoPorts() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (UdpPort port = UdpPort.open(new InetSocketAddress(loopback, 0));
                UdpPort other = UdpPort.open(new InetSocketAddress(loopback, 0));
                Waker waker = port.waker();
                Waker otherWaker = other.waker();
                DatagramSocket client = new DatagramSocket(0, loopback)) {
            var to = new InetSocketAddress(loopback, other.port());
            client.send(new DatagramPacket(new byte[] {1}, 1, to));
            waker.await(-1, otherWaker);
            UdpReceiver receiver = other.receiver();
            assertThat(receiver.receive()).isEqualTo(1);
            waker.wake();
            waker.await(-1, otherWaker);
            assertThat(receiver.receive()).isZero();
        }
    }

    /** Sends to the port, and gets runs of equal and other lengths back, each as it was sent. */
    private static void exchange(UdpPort port, InetAddress loopback) throws IOException {
        try (DatagramSocket client = new DatagramSocket(0, loopback);
                Waker waker = port.waker()) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.send(
                    new DatagramPacket(
                            new byte[] {1, 2, 3}, 3, new InetSocketAddress(loopback, port.port())));
            UdpReceiver receiver = port.receiver();
            int received = receiver.receive();
            while (received == 0) {
                waker.await(PATIENCE_MILLIS);
                received = receiver.receive();
            }
            assertThat(received).isEqualTo(1);
            assertThat(receiver.length(0)).isEqualTo(3);
            byte[] content = new byte[3];
            receiver.copy(0, content, 0);
            assertThat(content).containsExactly(1, 2, 3);
            PeerAddress peer = receiver.peer(0);
            assertThat(peer.toSocketAddress())
                    .isEqualTo(new InetSocketAddress(loopback, client.getLocalPort()));
            assertThat(receiver.port(0)).isEqualTo(client.getLocalPort());

            List<Integer> lengths = new ArrayList<>(List.of(700, 700, 700, 30, 30, 900, 1, 1200));
            for (int i = 0; i < 70; i++) {
                lengths.add(1_000);
            }
            UdpSender sender = port.sender();
            for (int i = 0; i < lengths.size(); i++) {
                sender.prepare(peer, 1_400);
                int at = sender.position();
                Arrays.fill(sender.buffer(), at, at + lengths.get(i), (byte) i);
                sender.added(lengths.get(i));
            }
            sender.flush();
            for (int i = 0; i < lengths.size(); i++) {
                DatagramPacket back = new DatagramPacket(new byte[2_000], 2_000);
                client.receive(back);
                assertThat(back.getLength()).isEqualTo(lengths.get(i));
                assertThat(back.getData()[0]).isEqualTo((byte) i);
            }
            assertThat(sender.sent()).isEqualTo(lengths.size());
            assertThat(sender.lost()).isZero();
        }
    }
}
