package io.sallyport.gateway.tls;

import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/** A client's DTLS channel over UDP, with an App-ID in its ClientHello as stock clients have it. */
public final class DtlsTestClient implements Closeable {
    private static final int SUITE = CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384;

    private final DatagramSocket socket;
    private final DTLSTransport transport;

    private DtlsTestClient(DatagramSocket socket, DTLSTransport transport) {
        this.socket = socket;
        this.transport = transport;
    }

    /** Runs the handshake, from a port of its own; blocks. */
    public static DtlsTestClient connect(int gatewayPort, DtlsPsk psk, String appId)
            throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        DatagramSocket socket = new DatagramSocket(0, loopback);
        try {
            var link = new SocketLink(socket, new InetSocketAddress(loopback, gatewayPort));
            var client = new Client(new JdkTlsCrypto(new SecureRandom()), psk, appId);
            return new DtlsTestClient(
                    socket, new DTLSClientProtocol().connect(client, new LinkTransport(link)));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A key that no gateway has. */
    public static DtlsPsk otherPsk() {
        return new DtlsPsk(new byte[32]);
    }

    /** The first datagram of a handshake, as somebody on the way sees it. */
    public static byte[] clientHello(String appId) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket watcher = new DatagramSocket(0, loopback)) {
            Thread client =
                    Thread.ofVirtual().start(() -> refusedBy(watcher.getLocalPort(), appId));
            DatagramPacket hello = new DatagramPacket(new byte[2_000], 2_000);
            watcher.setSoTimeout(10_000);
            watcher.receive(hello);
            client.interrupt();
            return Arrays.copyOf(hello.getData(), hello.getLength());
        }
    }

    private static void refusedBy(int port, String appId) {
        try (DtlsTestClient client = connect(port, otherPsk(), appId)) {
            throw new AssertionError("a handshake with nobody at " + client.socket.getPort());
        } catch (IOException _) {
            // Nobody answers.
        }
    }

    /** Sends a type octet and a payload. */
    public void send(int type, byte... payload) throws IOException {
        byte[] content = new byte[1 + payload.length];
        content[0] = (byte) type;
        System.arraycopy(payload, 0, content, 1, payload.length);
        transport.send(content, 0, content.length);
    }

    /** The next content, type octet included; empty if none came in time. */
    public byte[] receive(Duration timeout) throws IOException {
        byte[] content = new byte[2_000];
        int length = transport.receive(content, 0, content.length, (int) timeout.toMillis());
        return Arrays.copyOf(content, Math.max(length, 0));
    }

    /** Says close_notify. */
    @Override
    public void close() throws IOException {
        transport.close();
        socket.close();
    }

    private static final class Client extends PSKTlsClient {
        private final byte[] appId;

        Client(JdkTlsCrypto crypto, DtlsPsk psk, String appId) {
            super(crypto, new BasicTlsPSKIdentity("psk", psk.octets()));
            this.appId = HexFormat.of().parseHex(appId);
        }

        /** A session that no server knows: its id is what counts. */
        @Override
        public TlsSession getSessionToResume() {
            SessionParameters parameters =
                    new SessionParameters.Builder()
                            .setCipherSuite(SUITE)
                            .setExtendedMasterSecret(false)
                            .setMasterSecret(getCrypto().createSecret(new byte[48]))
                            .setNegotiatedVersion(ProtocolVersion.DTLSv12)
                            .build();
            return TlsUtils.importSession(appId, parameters);
        }

        @Override
        public boolean shouldUseExtendedMasterSecret() {
            return false;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {SUITE};
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return 5_000;
        }
    }

    private record SocketLink(DatagramSocket socket, SocketAddress gateway)
            implements DatagramLink {

        @Override
        public byte[] receive(Duration timeout) throws IOException {
            socket.setSoTimeout((int) Math.max(1, timeout.toMillis()));
            DatagramPacket datagram = new DatagramPacket(new byte[2_000], 2_000);
            try {
                socket.receive(datagram);
            } catch (SocketTimeoutException _) {
                return null;
            }
            return Arrays.copyOf(datagram.getData(), datagram.getLength());
        }

        @Override
        public void send(byte[] datagram, int offset, int length) throws IOException {
            socket.send(new DatagramPacket(datagram, offset, length, gateway));
        }

        @Override
        public int mtuOctets() {
            return 1_500;
        }
    }
}
