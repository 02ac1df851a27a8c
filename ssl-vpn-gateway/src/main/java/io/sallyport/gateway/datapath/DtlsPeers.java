package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.DataPathCounts.Count;
import io.sallyport.gateway.datapath.TunnelSpec.DtlsOffer;
import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpSender;
import io.sallyport.gateway.tls.DtlsAcceptor;
import io.sallyport.gateway.tls.DtlsRecords;
import io.sallyport.gateway.tls.HandshakeRefused;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Who sends datagrams: tunnels by the App-ID of their first one, and peers by address. Belongs to
 * the thread that receives UDP; handshakes run on virtual threads and come back as commands.
 *
 * <p>A ClientHello costs nothing lasting unless it has the App-ID of a tunnel, which cannot be
 * guessed but can be seen by who watches the network. So the handshakes in flight are bounded: in
 * all, per source, and per tunnel, where one place is kept for the address that the TLS connection
 * comes from. The association in use goes on until a new handshake is done, that is until somebody
 * has proved to know the key.
 */
final class DtlsPeers {
    private static final Logger LOG = System.getLogger(DtlsPeers.class.getName());

    static final Duration DEADLINE = Duration.ofSeconds(10);
    static final int MOST_HANDSHAKES = 512;

    /** Many clients can be behind one address. */
    static final int MOST_PER_SOURCE = 128;

    static final int MOST_EARLY = 64;
    static final int LONGEST_EARLY = 1_024;

    private final DtlsAcceptor acceptor;
    private final UdpSender sender;
    private final Consumer<Runnable> commands;
    private final BiConsumer<DtlsChannel, Iterable<byte[]>> opened;
    private final DataPathCounts counts;
    private final Map<String, Expected> expected = new HashMap<>();
    private final SequencedMap<String, Early> early = new LinkedHashMap<>();
    private final AddressTable<Peer> peers = new AddressTable<>();
    private final Map<InetAddress, Integer> handshakesBySource = new HashMap<>();
    private final Set<Thread> handshakes = new HashSet<>();

    /** One address: the association in use, and the handshake in flight. */
    static final class Peer {
        DtlsChannel established;
        Handshake handshake;
    }

    /**
     * A ClientHello that overtook its tunnel: the client sends it as soon as it reads the answer to
     * CONNECT, and would repeat it only after a second.
     */
    private static final class Early {
        final PeerAddress from;
        final byte[] datagram;

        Early(PeerAddress from, byte[] datagram) {
            this.from = from;
            this.datagram = datagram;
        }
    }

    /** A tunnel that may make handshakes. */
    private static final class Expected {
        final Tunnel tunnel;
        Handshake fromTlsPeer;
        Handshake fromElsewhere;

        Expected(Tunnel tunnel) {
            this.tunnel = tunnel;
        }
    }

    /**
     * @param sender for the handshakes alone
     * @param commands has something done by the thread that receives UDP
     * @param opened takes a new association, and the datagrams that came for it already
     */
    DtlsPeers(
            DtlsAcceptor acceptor,
            UdpSender sender,
            Consumer<Runnable> commands,
            BiConsumer<DtlsChannel, Iterable<byte[]>> opened,
            DataPathCounts counts) {
        this.acceptor = acceptor;
        this.sender = sender;
        this.commands = commands;
        this.opened = opened;
        this.counts = counts;
    }

    void expect(DtlsOffer offer, Tunnel tunnel) {
        if (!tunnel.hasEnded()) {
            expected.put(offer.appId(), new Expected(tunnel));
            Early hello = early.remove(offer.appId());
            if (hello != null) {
                hello(hello.from, hello.datagram, hello.datagram.length);
            }
        }
    }

    void forget(DtlsOffer offer, Tunnel tunnel) {
        Expected entry = expected.get(offer.appId());
        if (entry != null && entry.tunnel == tunnel) {
            expected.remove(offer.appId());
        }
    }

    /** The peer at an address, or null. */
    Peer find(long high, long low, int port) {
        return peers.find(high, low, port);
    }

    /** Takes a ClientHello: begins a handshake, or goes on with the one it belongs to. */
    void hello(PeerAddress from, byte[] datagram, int length) {
        String appId = ClientHellos.appId(datagram);
        Expected entry = expected.get(appId);
        if (entry == null) {
            counts.add(Count.HELLOS_UNKNOWN_APP_ID, 1);
            keep(appId, from, datagram, length);
            return;
        }
        Peer peer = find(from.high(), from.low(), from.port());
        if (peer != null && peer.handshake != null) {
            if (peer.handshake.tunnel == entry.tunnel) {
                peer.handshake.offer(datagram, length);
            }
            return;
        }
        Handshake handshake = new Handshake(entry.tunnel, from, sender);
        if (!admit(entry, handshake)) {
            counts.add(Count.HANDSHAKES_OVER_LIMIT, 1);
            return;
        }
        if (peer == null) {
            peer = new Peer();
            peers.put(from.high(), from.low(), from.port(), peer);
        }
        peer.handshake = handshake;
        handshake.offer(datagram, length);
        begin(entry, handshake);
    }

    /** The newest are kept, without a time limit: an App-ID that nobody was told is never asked. */
    private void keep(String appId, PeerAddress from, byte[] datagram, int length) {
        if (!appId.isEmpty() && length <= LONGEST_EARLY) {
            early.putLast(appId, new Early(from, Arrays.copyOf(datagram, length)));
            if (early.size() > MOST_EARLY) {
                early.pollFirstEntry();
            }
        }
    }

    private boolean admit(Expected entry, Handshake handshake) {
        InetAddress source = handshake.peer.toSocketAddress().getAddress();
        boolean fromTlsPeer = handshake.isFromTlsPeer();
        boolean free = (fromTlsPeer ? entry.fromTlsPeer : entry.fromElsewhere) == null;
        int fromSource = handshakesBySource.getOrDefault(source, 0);
        if (!free || handshakes.size() >= MOST_HANDSHAKES || fromSource >= MOST_PER_SOURCE) {
            return false;
        }
        handshakesBySource.put(source, fromSource + 1);
        if (fromTlsPeer) {
            entry.fromTlsPeer = handshake;
        } else {
            entry.fromElsewhere = handshake;
        }
        return true;
    }

    private void begin(Expected entry, Handshake handshake) {
        counts.add(Count.HANDSHAKES_STARTED, 1);
        Thread thread =
                Thread.ofVirtual()
                        .name("dtls-handshake")
                        .unstarted(() -> run(entry, handshake, Thread.currentThread()));
        handshakes.add(thread);
        thread.start();
    }

    private void run(Expected entry, Handshake handshake, Thread self) {
        try {
            DtlsRecords records = acceptor.accept(handshake, entry.tunnel.dtlsPsk, DEADLINE);
            commands.accept(
                    () -> {
                        over(entry, handshake, self);
                        establish(handshake, records);
                    });
        } catch (HandshakeRefused e) {
            LOG.log(Level.DEBUG, "{0}: DTLS handshake: {1}", entry.tunnel, e.reason());
            commands.accept(() -> fail(entry, handshake, self));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "DTLS handshake of " + entry.tunnel, e);
            counts.add(Count.INTERNAL_ERRORS, 1);
            commands.accept(() -> fail(entry, handshake, self));
        }
    }

    private void fail(Expected entry, Handshake handshake, Thread thread) {
        counts.add(Count.HANDSHAKES_FAILED, 1);
        over(entry, handshake, thread);
        removeIfUnused(handshake.peer);
    }

    private void over(Expected entry, Handshake handshake, Thread thread) {
        handshakes.remove(thread);
        handshakesBySource.computeIfPresent(
                handshake.peer.toSocketAddress().getAddress(),
                (_, running) -> running == 1 ? null : running - 1);
        if (entry.fromTlsPeer == handshake) {
            entry.fromTlsPeer = null;
        }
        if (entry.fromElsewhere == handshake) {
            entry.fromElsewhere = null;
        }
        PeerAddress at = handshake.peer;
        Peer peer = find(at.high(), at.low(), at.port());
        if (peer != null && peer.handshake == handshake) {
            peer.handshake = null;
        }
    }

    /** Takes an association that was made elsewhere. */
    void adopt(Tunnel tunnel, PeerAddress peer, DtlsRecords records) {
        establish(new Handshake(tunnel, peer, sender), records);
    }

    private void establish(Handshake handshake, DtlsRecords records) {
        Tunnel tunnel = handshake.tunnel;
        PeerAddress at = handshake.peer;
        if (tunnel.hasEnded()) {
            removeIfUnused(at);
            return;
        }
        counts.add(Count.HANDSHAKES_DONE, 1);
        DtlsChannel fresh = tunnel.newDtls(at, records);
        DtlsChannel before = tunnel.dtls.getAndSet(fresh);
        if (before != null) {
            forget(before);
        }
        Peer peer = find(at.high(), at.low(), at.port());
        if (peer == null) {
            peer = new Peer();
            peers.put(at.high(), at.low(), at.port(), peer);
        }
        if (peer.established != null) {
            // Another tunnel's: a NAT gave the address to the next client.
            DtlsChannel other = peer.established;
            peer.established = null;
            other.tunnel.dropDtls(other);
        }
        peer.established = fresh;
        tunnel.announce(before, fresh);
        opened.accept(fresh, handshake.leftOver());
        if (tunnel.hasEnded()) {
            forget(fresh);
        }
    }

    /** Forgets an association, if it is still the one at its address. */
    void forget(DtlsChannel dtls) {
        Peer peer = find(dtls.peer.high(), dtls.peer.low(), dtls.peer.port());
        if (peer != null && peer.established == dtls) {
            peer.established = null;
            removeIfUnused(dtls.peer);
        }
    }

    private void removeIfUnused(PeerAddress at) {
        Peer peer = find(at.high(), at.low(), at.port());
        if (peer != null && peer.established == null && peer.handshake == null) {
            peers.remove(at.high(), at.low(), at.port(), peer);
        }
    }

    /** The client asks for the end of the handshake again. */
    void repeatLastFlight(DtlsChannel dtls) {
        for (byte[] datagram : dtls.records.lastFlight()) {
            new Handshake(dtls.tunnel, dtls.peer, sender).send(datagram, 0, datagram.length);
        }
    }

    /** Ends the handshakes in flight. */
    void close() {
        handshakes.forEach(Thread::interrupt);
    }
}
