package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.packet.AddressBits;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.tls.DtlsPsk;
import io.sallyport.gateway.tls.DtlsRecords;
import io.sallyport.gateway.tls.EstablishedTls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One tunnel: what the three threads share of it, and how it ends. Idle, it holds no buffers. */
final class Tunnel implements LiveTunnel {
    private static final int LONGEST_REASON = 200;

    final TunnelSpec spec;
    final TlsChannel tls;
    final DtlsPsk dtlsPsk;
    final InetAddress tlsPeer;
    final TunnelListener listener;
    final TunnelCounters counters = new TunnelCounters();
    final TokenBucket up; // null: no limit
    final TokenBucket down; // null: no limit
    final Liveness liveness;
    private final Tunnels tunnels;
    private final NanoClock clock;
    private final AtomicReference<EndReason> end = new AtomicReference<>();

    private final long ipv4Low; // 0: none, which no mapped address is
    private final long ipv6High;
    private final long ipv6Low;

    /** The association in use; set by the thread that receives UDP, taken away by any. */
    final AtomicReference<DtlsChannel> dtls = new AtomicReference<>();

    /** When the last packet was carried, either way. */
    volatile long packetAt;

    /** When an ended connection is closed although the client has not; the TCP thread's. */
    long lingersUntil;

    Tunnel(
            TunnelSpec spec,
            EstablishedTls established,
            TunnelListener listener,
            Tunnels tunnels,
            NanoClock clock) {
        long now = clock.nanos();
        this.spec = spec;
        this.tls = new TlsChannel(established, tunnels.budget(), now);
        this.dtlsPsk = established.dtlsPsk();
        this.tlsPeer = peer(established.channel());
        this.listener = listener;
        this.tunnels = tunnels;
        this.clock = clock;
        this.up = limit(spec.upBitsPerSecond(), now);
        this.down = limit(spec.downBitsPerSecond(), now);
        this.liveness = new Liveness(spec);
        this.ipv4Low = spec.innerIpv4().map(AddressBits::low).orElse(0L);
        this.ipv6High = spec.innerIpv6().map(AddressBits::high).orElse(0L);
        this.ipv6Low = spec.innerIpv6().map(AddressBits::low).orElse(0L);
        this.packetAt = now;
    }

    private static InetAddress peer(SocketChannel channel) {
        try {
            return ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
        } catch (IOException _) {
            return InetAddress.ofLiteral("0.0.0.0"); // it is closed, as its first use will show
        }
    }

    private static TokenBucket limit(long bitsPerSecond, long now) {
        return bitsPerSecond == 0 ? null : new TokenBucket(bitsPerSecond, now);
    }

    /** Whether an inner address is this client's. */
    boolean owns(boolean ipv4, long high, long low) {
        return ipv4
                ? low == ipv4Low
                : low == ipv6Low && high == ipv6High && (ipv6High | ipv6Low) != 0;
    }

    @Override
    public void disconnect(String reason) {
        end(EndReason.DISCONNECTED, Optional.of(reason));
    }

    @Override
    public void close() {
        end(EndReason.REPLACED);
    }

    @Override
    public Counters counters() {
        return counters.snapshot();
    }

    @Override
    public Channel channel() {
        DtlsChannel current = dtls.get();
        return current != null && current.carrying ? Channel.DTLS : Channel.TLS;
    }

    boolean hasEnded() {
        return end.get() != null;
    }

    void end(EndReason reason) {
        end(reason, Optional.empty());
    }

    void end(EndReason reason, Optional<String> words) {
        end(reason, words, (sealer, out) -> sealer.closeNotify(out, 0));
    }

    /** Ends the tunnel because of a record that may not come; the alert says why. */
    void refuse(short alertDescription) {
        end(
                EndReason.PROTOCOL_ERROR,
                Optional.empty(),
                (sealer, out) -> sealer.fatalAlert(alertDescription, out, 0));
    }

    /**
     * Ends the tunnel, once. Nothing is carried from here on; the connection is closed when the
     * client has read our last words, or soon.
     *
     * @param words what the client shows to its user, who is not to come back
     */
    private void end(EndReason reason, Optional<String> words, TlsChannel.SealedBySealer alert) {
        if (!end.compareAndSet(null, reason)) {
            return;
        }
        tunnels.remove(this);
        dtls.set(null);
        switch (reason) {
            case CONNECTION_LOST, PEER_DEAD -> tls.close();
            case LOGOUT, CLIENT_LEFT, IDLE, DISCONNECTED, REPLACED, PROTOCOL_ERROR, STOPPED -> {
                words.ifPresent(this::sayGoodbye);
                tls.finish(alert, clock.nanos());
            }
        }
        tunnels.linger(this);
        listener.ended(reason, counters.snapshot());
    }

    private void sayGoodbye(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, LONGEST_REASON);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--; // not within a character
        }
        byte[] payload = new byte[1 + length];
        payload[0] = (byte) Cstp.CODE_LOGOUT;
        System.arraycopy(text, 0, payload, 1, length);
        try {
            tls.sendControl(Cstp.DISCONNECT, payload, 0, payload.length, clock.nanos());
        } catch (IOException | IllegalStateException _) {
            // Then the client sees the connection end, and nothing more can be done.
        }
    }

    DtlsChannel newDtls(PeerAddress peer, DtlsRecords records) {
        return new DtlsChannel(this, peer, records, clock.nanos());
    }

    /** Tells that packets travel on a new association. */
    void announce(DtlsChannel before, DtlsChannel fresh) {
        if (before != null && !before.peer.equals(fresh.peer)) {
            listener.roamed(before.peer.toSocketAddress(), fresh.peer.toSocketAddress());
        }
        listener.dtlsUp(fresh.peer.toSocketAddress());
    }

    /** Takes an association out of use, if it still is in use. */
    void dropDtls(DtlsChannel dropped) {
        if (dtls.compareAndSet(dropped, null)) {
            boolean carried = dropped.carrying;
            dropped.carrying = false;
            tunnels.forget(dropped);
            if (carried) {
                listener.dtlsDown();
            }
        }
    }

    /** UDP is silent: packets travel on TLS until something comes again. */
    void suspendDtls(DtlsChannel silent) {
        if (silent.carrying && dtls.get() == silent) {
            silent.carrying = false;
            listener.dtlsDown();
        }
    }

    /** Something good came over UDP. */
    void resumeDtls(DtlsChannel heard) {
        if (!heard.carrying && dtls.get() == heard) {
            heard.carrying = true;
            listener.dtlsUp(heard.peer.toSocketAddress());
        }
    }

    @Override
    public String toString() {
        return spec.name();
    }
}
