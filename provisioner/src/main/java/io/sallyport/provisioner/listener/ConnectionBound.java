package io.sallyport.provisioner.listener;

import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the connections of one listener: one too many is closed before its handshake. Runs on the
 * threads of the listener.
 */
final class ConnectionBound implements NettyServerCustomizer {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionBound.class);

    private final int atMost;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionBound(int atMost) {
        this.atMost = atMost;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
        if (role == ChannelRole.CONNECTION) {
            channel.closeFuture().addListener(_ -> open.decrementAndGet());
            if (open.incrementAndGet() > atMost) {
                LOG.warn("refused a connection beyond {}", atMost);
                var _ = channel.close();
            }
        }
        return this;
    }
}
