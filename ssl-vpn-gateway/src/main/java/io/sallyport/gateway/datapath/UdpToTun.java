package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.DataPathCounts.Count;
import io.sallyport.gateway.datapath.TunnelCounters.Way;
import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.datapath.udp.UdpReceiver;
import io.sallyport.gateway.datapath.udp.UdpSender;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.DtlsAcceptor;
import io.sallyport.gateway.tls.DtlsRecords;
import io.sallyport.gateway.tls.RecordOpener;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the three threads: receives all datagrams, finds out whose they are, opens them, and
 * carries the packets in them. What it knows of peers is its own; other threads leave commands.
 *
 * <p>It rests after batches as {@link TcpToTun} does. While the TUN device is lent to it, it
 * carries what comes from there, too.
 */
final class UdpToTun implements Worker {
    private static final int PLAIN = 16;

    /**
     * How often it looks while packets come now and then, and for how long after the last. What it
     * looks with stays warm, which makes the next packet's way shorter (ADR 104).
     */
    private static final int LOOK_MILLIS = 2;

    private static final long LOOK_NANOS = 250_000_000;

    private final UdpReceiver receiver;
    private final UdpSender sender;
    private final Uplink uplink;
    private final Downlink downlink;
    private final DeviceLoan loan;
    private final Waker waker;
    private final Waker device;
    private final NanoClock clock;
    private final DataPathCounts counts;
    private final DtlsPeers peers;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final byte[] in = new byte[UdpReceiver.LONGEST];
    private final byte[] plain = new byte[PLAIN + UdpReceiver.LONGEST];
    private long now;
    private long carriedAt;

    UdpToTun(
            UdpPort udp,
            Uplink uplink,
            Downlink downlink,
            DeviceLoan loan,
            Waker waker,
            Waker device,
            DtlsAcceptor acceptor,
            NanoClock clock,
            DataPathCounts counts) {
        this.receiver = udp.receiver();
        this.sender = udp.sender();
        this.uplink = uplink;
        this.downlink = downlink;
        this.loan = loan;
        this.waker = waker;
        this.device = device;
        this.clock = clock;
        this.carriedAt = clock.nanos() - LOOK_NANOS;
        this.counts = counts;
        this.peers = new DtlsPeers(acceptor, udp.sender(), this::command, this::opened, counts);
    }

    /** Has something done by this thread, soon. Thread-safe. */
    void command(Runnable command) {
        commands.add(command);
        waker.wake();
    }

    /** Expects handshakes of a tunnel from now on. Thread-safe. */
    void expect(Tunnel tunnel) {
        tunnel.spec.dtls().ifPresent(offer -> command(() -> peers.expect(offer, tunnel)));
    }

    /** Takes an association that was made elsewhere. Thread-safe. */
    void adopt(Tunnel tunnel, PeerAddress peer, DtlsRecords records) {
        command(() -> peers.adopt(tunnel, peer, records));
    }

    /** Forgets all about a tunnel. Thread-safe. */
    void forget(Tunnel tunnel) {
        tunnel.spec.dtls().ifPresent(offer -> command(() -> peers.forget(offer, tunnel)));
    }

    /** Forgets an association. Thread-safe. */
    void forget(DtlsChannel dtls) {
        command(() -> peers.forget(dtls));
    }

    @Override
    public void turn() throws IOException {
        int datagrams = receiver.receive();
        now = clock.nanos();
        try {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
            for (int i = 0; i < datagrams; i++) {
                receiver.copy(i, in, 0);
                datagram(i, receiver.length(i));
            }
        } finally {
            uplink.flush();
            sender.flush();
        }
        counts.add(Count.DATAGRAMS_RECEIVED, datagrams);
        if (loan.isLent()) {
            borrowed(datagrams);
        } else if (datagrams >= TcpToTun.REST_AFTER) {
            LockSupport.parkNanos(TcpToTun.REST_NANOS);
        } else {
            waker.await(-1);
        }
    }

    private void borrowed(int datagrams) throws IOException {
        // The answer to what was just written may be there already.
        int frames = downlink.oneByOne(DeviceLoan.MUCH);
        if (datagrams >= DeviceLoan.MUCH || frames >= DeviceLoan.MUCH) {
            loan.giveBack();
            return;
        }
        if (frames > 0) {
            carriedAt = now;
        }
        waker.await(now - carriedAt < LOOK_NANOS ? LOOK_MILLIS : -1, device);
    }

    private void datagram(int i, int length) {
        if (ClientHellos.isClientHello(in, length)) {
            peers.hello(receiver.peer(i), in, length);
            return;
        }
        DtlsPeers.Peer peer = peers.find(receiver.high(i), receiver.low(i), receiver.port(i));
        if (peer == null) {
            counts.add(Count.DATAGRAMS_UNKNOWN_PEER, 1);
            return;
        }
        boolean data = length > 0 && in[0] == ContentTypes.APPLICATION_DATA;
        if (peer.established != null && (data || peer.handshake == null)) {
            if (open(peer.established, in, length)) {
                return;
            }
        }
        // What the association in use cannot open belongs to the one that is being made.
        if (peer.handshake != null) {
            peer.handshake.offer(in, length);
        } else {
            counts.add(Count.DATAGRAMS_REFUSED, 1);
        }
    }

    /** A handshake is done; what came since is the first of the new association. */
    private void opened(DtlsChannel dtls, Iterable<byte[]> leftOver) {
        dtls.receivedAt = now;
        for (byte[] datagram : leftOver) {
            open(dtls, datagram, datagram.length);
        }
    }

    /** Whether there was anything good in the datagram. */
    private boolean open(DtlsChannel dtls, byte[] datagram, int length) {
        boolean good = false;
        int at = 0;
        for (int record = DtlsRecords.recordLength(datagram, 0, length);
                record > 0;
                record = DtlsRecords.recordLength(datagram, at, length - at)) {
            good |= record(dtls, dtls.records.open(datagram, at, record, plain, PLAIN));
            at += record;
        }
        return good;
    }

    private boolean record(DtlsChannel dtls, int opened) {
        if (opened == DtlsRecords.LAST_FLIGHT_MISSED) {
            peers.repeatLastFlight(dtls);
            return true;
        }
        if (opened == DtlsRecords.DROPPED) {
            return false;
        }
        if (RecordOpener.contentType(opened) == ContentTypes.ALERT) {
            dtls.tunnel.dropDtls(dtls);
            return true;
        }
        dtls.receivedAt = now;
        dtls.tunnel.resumeDtls(dtls);
        int length = RecordOpener.length(opened);
        if (length > 0) {
            packet(dtls, length);
        }
        return true;
    }

    private void packet(DtlsChannel dtls, int length) {
        switch (Octets.u8(plain, PLAIN)) {
            case Cstp.DATA -> {
                carriedAt = now;
                uplink.carry(dtls.tunnel, Way.DTLS_UP, plain, PLAIN + 1, length - 1, now);
            }
            case Cstp.DPD_REQUEST -> {
                // Octet for octet, because the client finds the MTU of the path with it.
                plain[PLAIN] = Cstp.DPD_RESPONSE;
                dtls.send(sender, plain, PLAIN, length);
                dtls.sentAt = now;
            }
            case Cstp.DPD_RESPONSE, Cstp.KEEPALIVE -> {}
            default -> counts.add(Count.DTLS_UNKNOWN_TYPE, 1);
        }
    }

    @Override
    public void wake() {
        waker.wake();
    }

    @Override
    public void close() {
        peers.close();
    }
}
