package io.sallyport.provisioner.listener;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

import java.util.Optional;

/** Notes on every connection which listener it came in on. Runs on the threads of the listener. */
final class ConnectionOrigin implements NettyServerCustomizer {
    private static final AttributeKey<ListenerKind> LISTENER =
            AttributeKey.valueOf("sallyport.listener");

    private final ListenerKind listener;

    ConnectionOrigin(ListenerKind listener) {
        this.listener = listener;
    }

    /** The listener that a request came in on; empty if nobody noted it, which never is ours. */
    static Optional<ListenerKind> of(HttpRequest<?> request) {
        return request instanceof NettyHttpRequest<?> netty
                ? Optional.ofNullable(
                        netty.getChannelHandlerContext().channel().attr(LISTENER).get())
                : Optional.empty();
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
        channel.attr(LISTENER).set(listener);
        return this;
    }
}
