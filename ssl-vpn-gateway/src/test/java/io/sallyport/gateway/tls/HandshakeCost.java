package io.sallyport.gateway.tls;

import io.sallyport.gateway.tls.TestAuthority.Kind;

import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Prints the server's CPU time of a handshake, without the compiler's: a program, not a test.
 * Arguments: kind of key, seconds of warm-up, handshakes to measure.
 */
final class HandshakeCost {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TlsAcceptor acceptor;
    private final SecureRandom random = new SecureRandom();
    // Not virtual: their CPU time cannot be asked for.
    private final ExecutorService server = Executors.newSingleThreadExecutor();

    private HandshakeCost(TlsCredentials credentials, Clock clock) {
        acceptor = new TlsAcceptor(credentials, clock);
    }

    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.valueOf(arguments[0]);
        Clock clock = Clock.fixed(TestAuthority.NOW, ZoneOffset.UTC);
        TlsCredentials credentials = new TestAuthority("root", Kind.EC_P256).credentials(kind);
        long cpu = processCpuNanos();
        int seconds = Integer.parseInt(arguments[1]);
        if (seconds > 0) {
            System.out.println(TlsWarmUp.run(credentials, clock, Duration.ofSeconds(seconds)));
        }
        System.out.printf("warm-up: %d ms of CPU%n", (processCpuNanos() - cpu) / 1_000_000);
        var cost = new HandshakeCost(credentials, clock);
        int count = Integer.parseInt(arguments[2]);
        cost.tls("TLS 1.3 X25519", ProtocolVersion.TLSv13, NamedGroup.x25519, count);
        cost.tls(
                "TLS 1.3 X25519MLKEM768", ProtocolVersion.TLSv13, NamedGroup.X25519MLKEM768, count);
        cost.tls("TLS 1.3 P-256", ProtocolVersion.TLSv13, NamedGroup.secp256r1, count);
        cost.tls("TLS 1.2 X25519", ProtocolVersion.TLSv12, NamedGroup.x25519, count);
        cost.dtls(count);
        cost.server.shutdown();
    }

    private void tls(String name, ProtocolVersion version, int group, int count) throws Exception {
        long nanos = 0;
        long process = processCpuNanos();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < count; i++) {
                var served =
                        server.submit(
                                () -> {
                                    long before = threadCpuNanos();
                                    acceptor.accept(listener.accept(), PATIENCE).close();
                                    return threadCpuNanos() - before;
                                });
                try (SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
                    new TlsClientProtocol(
                                    Channels.newInputStream(channel),
                                    Channels.newOutputStream(channel))
                            .connect(new WarmUpClient(new JdkTlsCrypto(random), version, group));
                    nanos += served.get();
                }
            }
        }
        print(name, nanos, process, count);
    }

    private void dtls(int count) throws Exception {
        long nanos = 0;
        long process = processCpuNanos();
        for (int i = 0; i < count; i++) {
            DtlsTest.Link[] links = DtlsTest.Link.pair();
            var served =
                    server.submit(
                            () -> {
                                long before = threadCpuNanos();
                                DtlsRecords records =
                                        new DtlsAcceptor()
                                                .accept(links[0], RecordPairs.psk(), PATIENCE);
                                records.sealer().closeNotify(new byte[64], 0);
                                return threadCpuNanos() - before;
                            });
            DtlsPskClient.connect(
                    new JdkTlsCrypto(random),
                    links[1],
                    RecordPairs.psk(),
                    CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384);
            nanos += served.get();
        }
        print("DTLS 1.2 PSK", nanos, process, count);
    }

    private static void print(String name, long nanos, long process, int count) {
        System.out.printf(
                "%-24s %.2f ms in the server's thread, %.2f ms in the process%n",
                name, nanos / 1e6 / count, (processCpuNanos() - process) / 1e6 / count);
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
