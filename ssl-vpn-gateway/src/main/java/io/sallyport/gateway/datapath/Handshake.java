package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpSender;
import io.sallyport.gateway.tls.DatagramLink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A DTLS handshake that runs on a virtual thread: what the receiving thread has for it waits here,
 * a few datagrams at most.
 */
final class Handshake implements DatagramLink {
    /** A flight of the client, and some of it again. */
    static final int MOST_WAITING = 16;

    /** Ethernet's MTU less the headers of IPv6 and UDP. */
    private static final int MTU_OCTETS = 1500 - 40 - 8;

    final Tunnel tunnel;
    final PeerAddress peer;
    private final UdpSender sender; // shared by all handshakes, guarded by itself
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

    Handshake(Tunnel tunnel, PeerAddress peer, UdpSender sender) {
        this.tunnel = tunnel;
        this.peer = peer;
        this.sender = sender;
    }

    /** Leaves a datagram for the handshake; one too many is lost, as on any link. */
    void offer(byte[] buffer, int length) {
        waiting.offer(Arrays.copyOf(buffer, length));
    }

    /** What came too late for the handshake: it belongs to the new association. */
    List<byte[]> leftOver() {
        List<byte[]> rest = new ArrayList<>();
        waiting.drainTo(rest);
        return rest;
    }

    /** Whether it comes from where the client's TLS connection comes from. */
    boolean isFromTlsPeer() {
        return peer.toSocketAddress().getAddress().equals(tunnel.tlsPeer);
    }

    @Override
    public byte[] receive(Duration timeout) throws IOException {
        try {
            return waiting.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the data path stops", e);
        }
    }

    @Override
    public void send(byte[] datagram, int offset, int length) {
        synchronized (sender) {
            sender.prepare(peer, length);
            System.arraycopy(datagram, offset, sender.buffer(), sender.position(), length);
            sender.added(length);
            sender.flush();
        }
    }

    @Override
    public int mtuOctets() {
        return MTU_OCTETS;
    }
}
