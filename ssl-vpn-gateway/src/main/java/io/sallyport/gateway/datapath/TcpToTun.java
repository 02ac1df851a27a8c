package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.DataPathCounts.Count;
import io.sallyport.gateway.tls.RecordRefused;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the three threads: reads the TLS channels of all clients, in turns, and writes what waits
 * for slow ones. It also looks after time, for all channels (see {@link Sweep}).
 *
 * <p>After a batch of several records it rests for some microseconds, so that the next batch is
 * larger and more is joined (as network cards moderate their interrupts). A packet alone never
 * waits.
 */
final class TcpToTun implements Worker {
    private static final Logger LOG = System.getLogger(TcpToTun.class.getName());

    static final long REST_NANOS = 50_000;
    static final int REST_AFTER = 3;
    private static final long SWEEP_NANOS = 250_000_000L;
    private static final long LINGER_NANOS = 2_000_000_000L;

    private final Selector selector;
    private final TlsReader reader;
    private final Uplink uplink;
    private final Sweep sweep;
    private final Tunnels tunnels;
    private final NanoClock clock;
    private final DataPathCounts counts;
    private final Queue<Tunnel> arrived = new ConcurrentLinkedQueue<>();
    private final Queue<Tunnel> ended = new ConcurrentLinkedQueue<>();
    private final Set<Tunnel> lingering = new HashSet<>();
    private final PriorityQueue<Held> held =
            new PriorityQueue<>(Comparator.comparingLong(Held::until));
    private long sweptAt;
    private long now;
    private int records;
    private boolean waiting; // the time was read before the wait for what is served now

    /** A channel that is above its limit and not read from for a while. */
    private record Held(Tunnel tunnel, long until) {}

    TcpToTun(Uplink uplink, Sweep sweep, Tunnels tunnels, NanoClock clock, DataPathCounts counts)
            throws IOException {
        this.selector = Selector.open();
        this.uplink = uplink;
        this.reader = new TlsReader(uplink, counts);
        this.sweep = sweep;
        this.tunnels = tunnels;
        this.clock = clock;
        this.counts = counts;
        this.sweptAt = clock.nanos();
    }

    /** Takes a tunnel whose channel is to be read from now on. Thread-safe. */
    void arrive(Tunnel tunnel) {
        arrived.add(tunnel);
        selector.wakeup();
    }

    /** Takes a tunnel that ended; its channel is closed when its last words are read. */
    void linger(Tunnel tunnel) {
        ended.add(tunnel);
        selector.wakeup();
    }

    @Override
    public boolean isDone() {
        return arrived.isEmpty() && ended.isEmpty() && selector.keys().isEmpty();
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void turn() throws IOException {
        records = 0;
        try {
            long wait = millisToWait();
            waiting = true;
            selector.select(this::serve, wait);
            now = clock.nanos();
            admit();
            release();
            if (now - sweptAt >= SWEEP_NANOS) {
                sweptAt = now;
                tunnels.living().forEach(tunnel -> sweep.over(tunnel, now));
                bury();
            }
        } finally {
            uplink.flush();
        }
        if (records >= REST_AFTER) {
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    private long millisToWait() {
        now = clock.nanos();
        long nanos = SWEEP_NANOS;
        Held next = held.peek();
        if (next != null) {
            nanos = Math.clamp(next.until - now, 0, SWEEP_NANOS);
        }
        return Math.max(1, nanos / 1_000_000);
    }

    private void admit() {
        for (Tunnel tunnel = arrived.poll(); tunnel != null; tunnel = arrived.poll()) {
            try {
                SelectionKey key =
                        tunnel.tls.channel.register(selector, SelectionKey.OP_READ, tunnel);
                tunnel.tls.registered(key);
            } catch (IOException | CancelledKeyException _) {
                tunnel.end(EndReason.CONNECTION_LOST);
            }
        }
        for (Tunnel tunnel = ended.poll(); tunnel != null; tunnel = ended.poll()) {
            if (tunnel.tls.channel.isOpen()) {
                tunnel.lingersUntil = now + LINGER_NANOS;
                lingering.add(tunnel);
                readOn(tunnel); // up to the client's end of the stream, limit or not
            }
        }
    }

    private void serve(SelectionKey key) {
        if (waiting) {
            waiting = false;
            now = clock.nanos();
        }
        Tunnel tunnel = (Tunnel) key.attachment();
        try {
            if (key.isWritable()) {
                tunnel.tls.writePending();
            }
            if (key.isReadable()) {
                read(tunnel);
            }
        } catch (CancelledKeyException _) {
            // It was closed meanwhile.
        } catch (RecordRefused e) {
            LOG.log(Level.INFO, "{0}: {1}", tunnel, e.getMessage());
            tunnel.refuse(e.alertDescription());
        } catch (IOException _) {
            tunnel.end(EndReason.CONNECTION_LOST);
            tunnel.tls.close();
        } catch (RuntimeException e) {
            counts.add(Count.INTERNAL_ERRORS, 1);
            LOG.log(Level.ERROR, "reading from " + tunnel, e);
            tunnel.end(EndReason.PROTOCOL_ERROR);
        }
    }

    private void read(Tunnel tunnel) throws IOException {
        if (tunnel.hasEnded()) {
            if (reader.discard(tunnel.tls) < 0) {
                tunnel.tls.close();
                lingering.remove(tunnel);
            }
            return;
        }
        records += reader.read(tunnel, now);
        if (tunnel.up != null && !tunnel.hasEnded()) {
            hold(tunnel);
        }
    }

    private void hold(Tunnel tunnel) {
        long wait = tunnel.up.nanosToCredit(now);
        if (wait > 0) {
            tunnel.tls.key().interestOpsAnd(~SelectionKey.OP_READ);
            held.add(new Held(tunnel, now + wait));
        }
    }

    private void release() {
        for (Held next = held.peek(); next != null && next.until - now <= 0; next = held.peek()) {
            held.remove();
            readOn(next.tunnel);
        }
    }

    private static void readOn(Tunnel tunnel) {
        SelectionKey key = tunnel.tls.key();
        try {
            if (key != null) {
                key.interestOpsOr(SelectionKey.OP_READ);
            }
        } catch (CancelledKeyException _) {
            // It was closed meanwhile.
        }
    }

    private void bury() {
        lingering.removeIf(
                tunnel -> {
                    if (tunnel.tls.channel.isOpen() && tunnel.lingersUntil - now > 0) {
                        return false;
                    }
                    tunnel.tls.close();
                    return true;
                });
    }

    /** Closes what is left. By the thread itself, as its last act. */
    @Override
    public void close() throws IOException {
        lingering.forEach(tunnel -> tunnel.tls.close());
        selector.close();
    }
}
