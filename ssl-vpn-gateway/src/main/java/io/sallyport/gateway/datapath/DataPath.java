package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.DataPathCounts.Count;
import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.tun.Tun;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.datapath.udp.UdpSender;
import io.sallyport.gateway.tls.DtlsAcceptor;
import io.sallyport.gateway.tls.DtlsRecords;
import io.sallyport.gateway.tls.EstablishedTls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The data path of one gateway: all clients, one TUN device, one UDP port. Thread-safe.
 *
 * <p>Order of use: open the TUN device and the UDP port (needs root), configure the interface, drop
 * privileges, start the data path, attach tunnels, close.
 */
public final class DataPath implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DataPath.class.getName());

    /** What a stop waits for last words to be read. */
    private static final long STOP_NANOS = 3_000_000_000L;

    private final NanoClock clock;
    private final Tun tun;
    private final UdpPort udp;
    private final DataPathCounts counts = new DataPathCounts();
    private final Tunnels tunnels = new Tunnels(this::linger, this::forget);
    private final Waker tunWaker;
    private final Waker udpWaker;
    private final List<Uplink> uplinks;
    private final List<UdpSender> senders;
    private final TunToClients tunToClients;
    private final TcpToTun tcpToTun;
    private final UdpToTun udpToTun;
    private final List<Thread> threads;
    private final CompletableFuture<IOException> failure = new CompletableFuture<>();
    private volatile boolean accepting = true;
    private volatile boolean running = true;
    private volatile long stopDeadline;

    private DataPath(Tun tun, UdpPort udp, DtlsAcceptor dtls, NanoClock clock) throws IOException {
        this.clock = clock;
        this.tun = tun;
        this.udp = udp;
        tunWaker = tun.waker();
        udpWaker = udp.waker();
        uplinks =
                List.of(
                        new Uplink(tun.writer(), tun.hasVirtioHeaders()),
                        new Uplink(tun.writer(), tun.hasVirtioHeaders()));
        senders = List.of(udp.sender(), udp.sender());
        var downlink = new Downlink(tun, tunnels, senders.get(0), clock, counts);
        var loan = new DeviceLoan(tunWaker, udpWaker);
        tunToClients = new TunToClients(downlink, loan, tunWaker, clock);
        tcpToTun = new TcpToTun(uplinks.get(0), new Sweep(senders.get(1)), tunnels, clock, counts);
        udpToTun =
                new UdpToTun(
                        udp,
                        uplinks.get(1),
                        downlink,
                        loan,
                        udpWaker,
                        tunWaker,
                        dtls,
                        clock,
                        counts);
        threads =
                List.of(
                        thread("tun-to-clients", tunToClients),
                        thread("tcp-to-tun", tcpToTun),
                        thread("udp-to-tun", udpToTun));
    }

    /**
     * Starts the three threads. Device and port belong to the data path from here on.
     *
     * @param dtls runs the handshakes, each on a virtual thread
     * @throws IOException if there are no descriptors left
     */
    public static DataPath start(Tun tun, UdpPort udp, DtlsAcceptor dtls, NanoClock clock)
            throws IOException {
        DataPath dataPath = new DataPath(tun, udp, dtls, clock);
        dataPath.threads.forEach(Thread::start);
        return dataPath;
    }

    private Thread thread(String name, Worker worker) {
        return Thread.ofPlatform().name(name).unstarted(() -> run(worker));
    }

    private void run(Worker worker) {
        try (worker) {
            while (running || (!worker.isDone() && clock.nanos() - stopDeadline < 0)) {
                turn(worker);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void turn(Worker worker) throws IOException {
        try {
            worker.turn();
        } catch (RuntimeException e) {
            // A fault of ours, in what one packet met: the others go on.
            counts.add(Count.INTERNAL_ERRORS, 1);
            LOG.log(Level.ERROR, "in the data path", e);
        }
    }

    private void fail(IOException e) {
        LOG.log(Level.ERROR, "the data path is broken: {0}", e.getMessage());
        accepting = false;
        running = false;
        wakeAll();
        tunnels.living().forEach(tunnel -> tunnel.end(EndReason.STOPPED));
        failure.complete(e);
    }

    /** Completes if the device or the socket breaks: all tunnels have ended then. */
    public CompletableFuture<IOException> failure() {
        return failure.copy();
    }

    /**
     * Takes over an established connection whose client has just been sent the answer to CONNECT.
     * The channel is the data path's from here on, and closed by it. A tunnel that has the same
     * inner address is pushed out of the routes, not ended: its owner closes it.
     *
     * <p>If the connection is gone already, the tunnel ends at once.
     *
     * @throws IllegalStateException if the data path is closed
     */
    public LiveTunnel attach(TunnelSpec spec, EstablishedTls tls, TunnelListener listener) {
        return attachTunnel(spec, tls, listener);
    }

    Tunnel attachTunnel(TunnelSpec spec, EstablishedTls tls, TunnelListener listener) {
        if (!accepting) {
            throw new IllegalStateException("the data path is closed");
        }
        Tunnel tunnel = new Tunnel(spec, tls, listener, tunnels, clock);
        udpToTun.expect(tunnel);
        tunnels.add(tunnel);
        tcpToTun.arrive(tunnel);
        if (!accepting) {
            tunnel.end(EndReason.STOPPED);
        }
        return tunnel;
    }

    /** Gives a tunnel a DTLS association without a handshake; for the warm-up. */
    void adopt(Tunnel tunnel, PeerAddress peer, DtlsRecords records) {
        udpToTun.adopt(tunnel, peer, records);
    }

    private void linger(Tunnel tunnel) {
        udpToTun.forget(tunnel);
        tcpToTun.linger(tunnel);
    }

    private void forget(DtlsChannel dtls) {
        udpToTun.forget(dtls);
    }

    /** How many tunnels live. */
    public int tunnels() {
        return tunnels.living().size();
    }

    /** What was counted for the data path as a whole, by name; the tunnels have their own. */
    public Map<String, Long> counts() {
        return DataPathStatistics.of(counts, tun, uplinks, senders);
    }

    /** Octets that wait for clients that read slowly. */
    long pendingOctets() {
        return tunnels.budget().taken();
    }

    /**
     * Ends all tunnels that are left, without a word to their users, and stops the threads. Blocks
     * for some seconds at most, until clients have read what they were told before.
     */
    @Override
    public void close() {
        accepting = false;
        tunnels.living().forEach(tunnel -> tunnel.end(EndReason.STOPPED));
        stopDeadline = clock.nanos() + STOP_NANOS;
        running = false;
        wakeAll();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true; // descriptors may not be closed under a thread
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        tunWaker.close();
        udpWaker.close();
        tun.close();
        udp.close();
    }

    private void wakeAll() {
        tunToClients.wake();
        tcpToTun.wake();
        udpToTun.wake();
    }
}
