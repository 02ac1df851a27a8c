package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.AddressBits;
import io.sallyport.gateway.datapath.packet.FrameSink;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.datapath.packet.ProbeTraffic;
import io.sallyport.gateway.datapath.tun.Tun;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.DtlsAcceptor;
import io.sallyport.gateway.tls.RecordSealer;
import io.sallyport.gateway.tls.UnnegotiatedRecords;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * Carries packets through a data path of its own before the listener opens, so that the JIT has
 * compiled cutting, joining, sealing and opening when the first client comes. All of it is the
 * product's code, on loopback; only the TUN device is one in memory.
 */
public final class DataPathWarmUp {
    private static final String INNER = "192.0.2.2"; // RFC 5737: for examples, in nobody's pool
    private static final int CLIENT = 0xc0000202;
    private static final int NETWORK = 0xc6336401;
    private static final int SEGMENT = 1_350;
    private static final int OCTETS = 40 * SEGMENT;
    private static final long PAUSE_NANOS = 20_000;

    /** Milliseconds are enough; a gateway that has a fault here starts all the same. */
    private static final long ARRIVAL_NANOS = 5_000_000_000L;

    private DataPathWarmUp() {}

    /**
     * What was done.
     *
     * @param packetsUp from the made-up client
     * @param packetsDown to it
     */
    public record Done(long packetsUp, long packetsDown, Duration took) {}

    /**
     * Carries packets until the time is over; blocks.
     *
     * @throws IOException if there are no sockets on loopback
     */
    public static Done run(Duration length, SecureRandom random) throws IOException {
        long half = length.toNanos() / 2;
        long begun = System.nanoTime();
        return run(
                begun,
                random,
                _ -> System.nanoTime() - begun < half,
                _ -> System.nanoTime() - begun < 2 * half);
    }

    /**
     * Carries so many bursts over each of the two channels; blocks.
     *
     * @throws IOException if there are no sockets on loopback
     */
    public static Done run(int bursts, SecureRandom random) throws IOException {
        IntPredicate more = done -> done < bursts;
        return run(System.nanoTime(), random, more, more);
    }

    private static Done run(
            long begun, SecureRandom random, IntPredicate moreTls, IntPredicate moreDtls)
            throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Loop loop = new Loop();
        UdpPort udp = UdpPort.open(new InetSocketAddress(loopback, 0));
        NanoClock clock = NanoClock.system();
        try (DataPath dataPath = DataPath.start(loop, udp, new DtlsAcceptor(), clock);
                ServerSocketChannel listener = ServerSocketChannel.open();
                DatagramChannel datagrams = DatagramChannel.open()) {
            listener.bind(new InetSocketAddress(loopback, 0));
            datagrams.bind(new InetSocketAddress(loopback, 0));
            datagrams.connect(new InetSocketAddress(loopback, udp.port()));
            datagrams.configureBlocking(false);
            try (SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
                SocketChannel accepted = listener.accept();
                accepted.configureBlocking(false);
                channel.configureBlocking(false);
                var records = new UnnegotiatedRecords(random);
                var tls = records.tls(accepted, channel);
                var dtls = records.dtls();
                Tunnel tunnel = dataPath.attachTunnel(spec(), tls.server(), (_, _) -> {});
                Traffic overTls = new Traffic(loop, tls.client().sealer(), channel, true);
                Traffic overDtls = new Traffic(loop, dtls.client().sealer(), datagrams, false);
                overTls.turns(moreTls);
                overTls.awaitArrived(tunnel);
                dataPath.adopt(tunnel, peer(datagrams), dtls.server());
                overDtls.turns(moreDtls);
                Counters counters = tunnel.counters();
                return new Done(
                        counters.up().packets(),
                        counters.down().packets(),
                        Duration.ofNanos(System.nanoTime() - begun));
            }
        }
    }

    private static TunnelSpec spec() {
        return new TunnelSpec(
                "warm-up",
                Optional.of((Inet4Address) InetAddress.ofLiteral(INNER)),
                Optional.empty(),
                1_434,
                PacketFilter.allowAll(),
                0,
                0,
                Duration.ofMinutes(1),
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty());
    }

    private static PeerAddress peer(DatagramChannel channel) throws IOException {
        InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
        InetAddress address = own.getAddress();
        return new PeerAddress(
                AddressBits.high(address), AddressBits.low(address), own.getPort(), 0);
    }

    /** A made-up client, and the network behind the gateway. */
    private static final class Traffic {
        private final Loop loop;
        private final RecordSealer sealer;
        private final ByteChannel channel;
        private final boolean tls;
        private final byte[] down = ProbeTraffic.joined(NETWORK, CLIENT, OCTETS, SEGMENT);
        private final byte[] acknowledgement = ProbeTraffic.joined(NETWORK, CLIENT, 1, SEGMENT);
        private final List<byte[]> up = ProbeTraffic.packets(CLIENT, NETWORK, OCTETS, SEGMENT);
        private final byte[] plain = new byte[2_048];
        private final byte[] record = new byte[2_048];
        private final ByteBuffer received = ByteBuffer.allocateDirect(1 << 18);
        private long sent;
        private long given;

        Traffic(Loop loop, RecordSealer sealer, ByteChannel channel, boolean tls) {
            this.loop = loop;
            this.sealer = sealer;
            this.channel = channel;
            this.tls = tls;
        }

        void turns(IntPredicate more) throws IOException {
            for (int done = 0; more.test(done); done++) {
                turn();
            }
        }

        private void turn() throws IOException {
            loop.give(down);
            loop.give(acknowledgement);
            given += up.size() + 1;
            for (byte[] packet : up) {
                send(packet);
            }
            while (loop.isFull()) {
                drain();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            drain();
        }

        /**
         * Of what TCP carries nothing is lost: when this returns, all of it has been carried, both
         * ways, but what was dropped because we read too slowly.
         */
        void awaitArrived(Tunnel tunnel) throws IOException {
            long end = System.nanoTime() + ARRIVAL_NANOS;
            while (!tunnel.hasEnded()
                    && !hasArrived(tunnel.counters())
                    && System.nanoTime() - end < 0) {
                drain();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        private boolean hasArrived(Counters counters) {
            return counters.up().packets() >= sent
                    && counters.down().packets() + counters.drops().clientTooSlow() >= given;
        }

        private void send(byte[] packet) throws IOException {
            sent++;
            int header = tls ? Cstp.HEADER_LENGTH : 1;
            plain[0] = Cstp.DATA;
            if (tls) {
                Octets.put32(plain, 0, Cstp.MAGIC);
                Octets.put16(plain, 4, packet.length);
                Octets.put16(plain, 6, Cstp.DATA);
            }
            System.arraycopy(packet, 0, plain, header, packet.length);
            int length =
                    sealer.seal(
                            ContentTypes.APPLICATION_DATA,
                            plain,
                            0,
                            header + packet.length,
                            record,
                            0);
            ByteBuffer buffer = ByteBuffer.wrap(record, 0, length);
            channel.write(buffer);
            while (buffer.hasRemaining()) {
                drain();
                LockSupport.parkNanos(PAUSE_NANOS);
                channel.write(buffer);
            }
        }

        private void drain() throws IOException {
            do {
                received.clear();
            } while (channel.read(received) > 0);
        }
    }

    /** The device: gives frames again and again, and forgets what is written to it. */
    private static final class Loop implements Tun {
        private static final int NO_DESCRIPTOR = -1; // poll(2) does not look at it
        private static final int FULL = 8;

        private final Queue<byte[]> frames = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
        private final Waker waker = new Waker(NO_DESCRIPTOR);

        Loop() throws IOException {}

        void give(byte[] frame) {
            waiting.incrementAndGet();
            frames.add(frame);
            waker.wake();
        }

        boolean isFull() {
            return waiting.get() >= FULL;
        }

        @Override
        public boolean hasVirtioHeaders() {
            return true;
        }

        @Override
        public int read(byte[] buffer, int offset) {
            byte[] frame = frames.poll();
            if (frame == null) {
                return 0;
            }
            waiting.decrementAndGet();
            System.arraycopy(frame, 0, buffer, offset, frame.length);
            return frame.length;
        }

        @Override
        public Waker waker() {
            return waker;
        }

        @Override
        public FrameSink writer() {
            return (_, _, _) -> {};
        }

        @Override
        public Written written() {
            return Written.NONE;
        }

        @Override
        public long lostUnread() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
