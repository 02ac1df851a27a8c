package io.sallyport.provisioner.listener;

import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what one address may do to a listener that strangers reach: how many connections it has at
 * a time, how many handshakes it may ask for in a minute, and how long a connection lives however
 * slowly it is fed. Of IPv6 the /64 counts, which is what one customer of a provider has. Runs on
 * the threads of the listener.
 */
final class PeerBound implements NettyServerCustomizer {
    private static final Logger LOG = LoggerFactory.getLogger(PeerBound.class);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    // Far more than there can be connections, so that one without any is always among them.
    private static final int PEERS_AT_MOST = 10_000;
    private static final int IPV6_PREFIX_OCTETS = 8;

    private static final class Peer {
        private int open;
        private int inWindow;
        private long windowFrom;
    }

    private final int openAtMost;
    private final int aMinuteAtMost;
    private final Duration lifetime;
    private final Clock clock;
    // Guarded by itself; the one that was quiet for longest comes first.
    private final Map<String, Peer> peers = new LinkedHashMap<>(64, 0.75f, true);

    PeerBound(int openAtMost, int aMinuteAtMost, Duration lifetime, Clock clock) {
        this.openAtMost = openAtMost;
        this.aMinuteAtMost = aMinuteAtMost;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
        if (role == ChannelRole.CONNECTION
                && channel.remoteAddress() instanceof InetSocketAddress remote) {
            admit(channel, key(remote.getAddress()));
        }
        return this;
    }

    private void admit(Channel channel, String key) {
        if (!opened(key)) {
            LOG.warn("refused a connection: {} has or had too many", remoteHost(channel));
            var _ = channel.close();
            return;
        }
        channel.closeFuture().addListener(_ -> closed(key));
        Runnable close =
                () -> {
                    var _ = channel.close();
                };
        var end = channel.eventLoop().schedule(close, lifetime.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> end.cancel(false));
    }

    private static String remoteHost(Channel channel) {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress().getHostAddress();
    }

    /** Counts a connection. @return whether it may stay */
    boolean opened(String key) {
        long now = clock.millis();
        synchronized (peers) {
            Peer peer = peers.computeIfAbsent(key, _ -> new Peer());
            if (now - peer.windowFrom >= WINDOW.toMillis()) {
                peer.windowFrom = now;
                peer.inWindow = 0;
            }
            if (peer.open >= openAtMost || peer.inWindow >= aMinuteAtMost) {
                return false;
            }
            peer.open++;
            peer.inWindow++;
            forgetOne();
            return true;
        }
    }

    private void forgetOne() {
        Iterator<Peer> eldest = peers.values().iterator();
        while (peers.size() > PEERS_AT_MOST && eldest.hasNext()) {
            if (eldest.next().open == 0) {
                eldest.remove();
            }
        }
    }

    void closed(String key) {
        synchronized (peers) {
            Peer peer = peers.get(key);
            if (peer != null) {
                peer.open--;
            }
        }
    }

    int peers() {
        synchronized (peers) {
            return peers.size();
        }
    }

    static String key(InetAddress address) {
        byte[] octets = address.getAddress();
        return HexFormat.of()
                .formatHex(
                        address instanceof Inet6Address
                                ? Arrays.copyOf(octets, IPV6_PREFIX_OCTETS)
                                : octets);
    }
}
