package io.sallyport.gateway.tls;

import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * Shakes hands with itself before the listener opens, so that the first clients do not pay for
 * class loading and interpreted cryptography. Uses ports of loopback that nobody else is told of.
 */
public final class TlsWarmUp {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PACKET = 1400;
    private static final int OVERHEAD_LIMIT = 64;
    private static final int RECORDS = 200;

    /** Beside {@link io.sallyport.gateway.datapath.DataPathWarmUp}'s. */
    private static final int FEW_RECORDS = 10;

    /**
     * What was done.
     *
     * @param records sealed and opened
     */
    public record Done(int tls13, int tls12, int dtls, int records, Duration took) {}

    private final TlsAcceptor acceptor;
    private final DtlsAcceptor dtlsAcceptor = new DtlsAcceptor();
    private final SecureRandom random = new SecureRandom();
    private final byte[] plain = new byte[PACKET + 1];
    private final byte[] record = new byte[PACKET + OVERHEAD_LIMIT];
    private final byte[] opened = new byte[PACKET + OVERHEAD_LIMIT];
    private final int recordsEach;
    private int tls13;
    private int tls12;
    private int dtls;
    private int records;

    private TlsWarmUp(TlsAcceptor acceptor, int recordsEach) {
        this.acceptor = acceptor;
        this.recordsEach = recordsEach;
    }

    /**
     * Runs rounds of handshakes until the time is over; blocks.
     *
     * @param credentials those of the product: the code for other kinds of keys stays cold
     * @param length exceeded by one round at most
     * @throws IOException if a handshake with ourselves fails, as it then would with everybody
     */
    public static Done run(TlsCredentials credentials, Clock clock, Duration length)
            throws IOException {
        long start = System.nanoTime();
        return run(
                start,
                new TlsWarmUp(new TlsAcceptor(credentials, clock), RECORDS),
                _ -> System.nanoTime() - start < length.toNanos());
    }

    /**
     * Runs so many rounds of four handshakes, however long that takes; blocks.
     *
     * @throws IOException if a handshake with ourselves fails
     */
    public static Done run(TlsCredentials credentials, Clock clock, int rounds) throws IOException {
        return run(
                System.nanoTime(),
                new TlsWarmUp(new TlsAcceptor(credentials, clock), FEW_RECORDS),
                done -> done < rounds);
    }

    private static Done run(long start, TlsWarmUp warmUp, IntPredicate more) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            do {
                warmUp.round(listener, threads);
            } while (more.test(warmUp.dtls));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while warming up", e);
        }
        return new Done(
                warmUp.tls13,
                warmUp.tls12,
                warmUp.dtls,
                warmUp.records,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void round(ServerSocketChannel listener, ExecutorService threads)
            throws IOException, InterruptedException {
        // Stock clients mostly come with X25519; the hybrid group is for those of tomorrow.
        DtlsPsk psk = handshake(listener, threads, ProtocolVersion.TLSv13, NamedGroup.x25519);
        handshake(listener, threads, ProtocolVersion.TLSv13, NamedGroup.X25519MLKEM768);
        tls13 += 2;
        handshake(listener, threads, ProtocolVersion.TLSv12, NamedGroup.x25519);
        tls12++;
        datagrams(threads, psk);
        dtls++;
    }

    private DtlsPsk handshake(
            ServerSocketChannel listener,
            ExecutorService threads,
            ProtocolVersion version,
            int group)
            throws IOException, InterruptedException {
        Future<EstablishedTls> served = threads.submit(() -> serve(listener.accept()));
        try (SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var crypto = new JdkTlsCrypto(random);
            new TlsClientProtocol(
                            Channels.newInputStream(channel), Channels.newOutputStream(channel))
                    .connect(new WarmUpClient(crypto, version, group));
            EstablishedTls server = await(served);
            try (SocketChannel _ = server.channel()) {
                exchange(crypto.cipher().sealer(), server.opener());
                exchange(server.sealer(), crypto.cipher().opener());
                return server.dtlsPsk();
            }
        }
    }

    private EstablishedTls serve(SocketChannel channel) throws IOException {
        // As the listener does. Without it each handshake waits for an acknowledgement, 40 ms.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return acceptor.accept(channel, PATIENCE).takeOver();
    }

    private void exchange(RecordSealer from, RecordOpener to) throws RecordRefused {
        for (int i = 0; i < recordsEach; i++) {
            int length = from.seal(ContentTypes.APPLICATION_DATA, plain, 0, PACKET, record, 0);
            to.open(record, 0, length, opened, 0);
        }
        records += recordsEach;
    }

    private void datagrams(ExecutorService threads, DtlsPsk psk)
            throws IOException, InterruptedException {
        var up = new ArrayBlockingQueue<byte[]>(64);
        var down = new ArrayBlockingQueue<byte[]>(64);
        Future<DtlsRecords> served =
                threads.submit(() -> dtlsAcceptor.accept(new Queues(up, down), psk, PATIENCE));
        var crypto = new JdkTlsCrypto(random);
        DtlsPskClient.connect(
                crypto, new Queues(down, up), psk, CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384);
        DtlsRecords server = await(served);
        DtlsRecords client = crypto.cipher().datagrams(List.of());
        exchange(server, client);
        exchange(client, server);
    }

    private void exchange(DtlsRecords from, DtlsRecords to) {
        for (int i = 0; i < recordsEach; i++) {
            int length =
                    from.sealer().seal(ContentTypes.APPLICATION_DATA, plain, 0, PACKET, record, 0);
            to.open(record, 0, length, opened, 0);
        }
        records += recordsEach;
    }

    private static <T> T await(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException("a handshake with ourselves failed", e.getCause());
        }
    }

    /** One end of two queues. */
    private record Queues(BlockingQueue<byte[]> in, BlockingQueue<byte[]> out)
            implements DatagramLink {

        @Override
        public byte[] receive(Duration timeout) throws IOException {
            try {
                return in.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void send(byte[] datagram, int offset, int length) {
            // A full queue loses it, as a network would.
            byte[] copy = new byte[length];
            System.arraycopy(datagram, offset, copy, 0, length);
            boolean _ = out.offer(copy);
        }

        @Override
        public int mtuOctets() {
            return PACKET;
        }
    }
}
