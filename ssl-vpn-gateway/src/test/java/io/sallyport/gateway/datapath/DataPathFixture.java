package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.tls.DtlsAcceptor;
import io.sallyport.gateway.tls.EstablishedTls;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A data path with a device in memory, a clock that the test turns, and real sockets. */
final class DataPathFixture implements Closeable {
    final InMemoryTun tun;
    final AtomicLong nanos = new AtomicLong(-1_000_000_000L);
    final UdpPort udp = UdpPort.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    final DataPath dataPath;

    DataPathFixture() throws IOException {
        this(true);
    }

    /**
     * @param withVirtio whether the device's frames have virtio headers
     */
    DataPathFixture(boolean withVirtio) throws IOException {
        tun = new InMemoryTun(withVirtio);
        dataPath = DataPath.start(tun, udp, new DtlsAcceptor(), nanos::get);
    }

    /** What a tunnel told. */
    static final class Told implements TunnelListener {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        volatile Counters last;

        @Override
        public void dtlsUp(InetSocketAddress peer) {
            events.add("dtls up");
        }

        @Override
        public void dtlsDown() {
            events.add("dtls down");
        }

        @Override
        public void roamed(InetSocketAddress from, InetSocketAddress to) {
            events.add("roamed");
        }

        @Override
        public void ended(EndReason reason, Counters counters) {
            last = counters;
            events.add(reason.name());
        }

        String next() throws InterruptedException {
            String event = events.poll(10, TimeUnit.SECONDS);
            return event == null ? "nothing" : event;
        }
    }

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    LiveTunnel attach(TunnelSpec spec, EstablishedTls tls, TunnelListener listener) {
        return dataPath.attach(spec, tls, listener);
    }

    /** Looks until it holds: for what no event tells. */
    static void eventually(Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come to hold");
            }
            Thread.onSpinWait();
            Thread.sleep(1);
        }
    }

    interface Condition {
        boolean holds();
    }

    /** The tunnel of 10.77.0.n and fd77::n, with what a test changes of it. */
    static final class Spec {
        private final int n;
        private PacketFilter filter = PacketFilter.allowAll();
        private long up;
        private long down;
        private int dpd;
        private int idle;
        private Optional<TunnelSpec.DtlsOffer> dtls = Optional.empty();

        Spec(int n) {
            this.n = n;
        }

        Spec filter(PacketFilter rules) {
            filter = rules;
            return this;
        }

        Spec limits(long upBits, long downBits) {
            up = upBits;
            down = downBits;
            return this;
        }

        Spec dpd(int seconds) {
            dpd = seconds;
            return this;
        }

        Spec idle(int seconds) {
            idle = seconds;
            return this;
        }

        Spec dtls(String appId) {
            dtls = Optional.of(new TunnelSpec.DtlsOffer(appId));
            return this;
        }

        TunnelSpec build() {
            return new TunnelSpec(
                    "client" + n,
                    Optional.of((Inet4Address) InetAddress.ofLiteral("10.77.0." + n)),
                    Optional.of((Inet6Address) InetAddress.ofLiteral("fd77::" + n)),
                    1_434,
                    filter,
                    up,
                    down,
                    Duration.ofSeconds(dpd),
                    Duration.ZERO,
                    Duration.ofSeconds(idle),
                    dtls);
        }
    }

    @Override
    public void close() {
        dataPath.close();
    }
}
