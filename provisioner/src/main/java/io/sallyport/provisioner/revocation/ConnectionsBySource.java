package io.sallyport.provisioner.revocation;

import io.netty.channel.socket.SocketChannel;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Bounds the connections, all together and of one source. Any thread. */
final class ConnectionsBySource {
    private final int atMost;
    private final int ofOneSourceAtMost;
    private final Map<InetAddress, Integer> open = new HashMap<>();
    private int all;

    ConnectionsBySource(int atMost, int ofOneSourceAtMost) {
        this.atMost = atMost;
        this.ofOneSourceAtMost = ofOneSourceAtMost;
    }

    /** Whether there is room for it; then it counts until it is closed. */
    boolean admit(SocketChannel channel) {
        InetAddress source = channel.remoteAddress().getAddress();
        if (!enter(source)) {
            return false;
        }
        channel.closeFuture().addListener(_ -> leave(source));
        return true;
    }

    synchronized boolean enter(InetAddress source) {
        if (all >= atMost || open.getOrDefault(source, 0) >= ofOneSourceAtMost) {
            return false;
        }
        all++;
        open.merge(source, 1, Integer::sum);
        return true;
    }

    synchronized void leave(InetAddress source) {
        all--;
        open.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
    }
}
