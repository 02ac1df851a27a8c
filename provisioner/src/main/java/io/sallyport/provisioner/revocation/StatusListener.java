package io.sallyport.provisioner.revocation;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.sallyport.pki.revocation.OcspRequest;
import io.sallyport.provisioner.configuration.Configuration;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The listener, if the configuration wants one. One thread moves octets; each whole request is
 * answered on a virtual thread, a few at a time.
 */
@Singleton
public class StatusListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusListener.class);

    // Longer than any request of OCSP by GET that RFC 5019 section 5 allows (255 octets).
    private static final int REQUEST_LINE_OCTETS_AT_MOST = 4 * 1024;
    private static final int HEADER_OCTETS_AT_MOST = 8 * 1024;

    /** Of the twenty connections to the database; strangers leave the others to the API. */
    private static final int ANSWERED_AT_ONCE = 8;

    private final Optional<Configuration.Listener> where;
    private final Function<StatusRequest, StatusAnswer> requests;
    private final Clock clock;
    private final Duration patience;
    private final Semaphore turns = new Semaphore(ANSWERED_AT_ONCE, true);
    private final ConnectionsBySource connections;
    private Optional<Open> open = Optional.empty();

    private record Open(EventLoopGroup loop, ExecutorService workers, Channel channel) {
        InetSocketAddress address() {
            return (InetSocketAddress) channel.localAddress();
        }
    }

    @Inject
    StatusListener(Configuration configuration, StatusRequests requests, Clock clock) {
        this(
                configuration.revocation(),
                requests::answer,
                clock,
                Duration.ofSeconds(10),
                new ConnectionsBySource(512, 64));
    }

    /**
     * @param patience how long a request may take to be there, and an answer to be taken
     */
    StatusListener(
            Optional<Configuration.Listener> where,
            Function<StatusRequest, StatusAnswer> requests,
            Clock clock,
            Duration patience,
            ConnectionsBySource connections) {
        this.where = where;
        this.requests = requests;
        this.clock = clock;
        this.patience = patience;
        this.connections = connections;
    }

    /**
     * Opens it. Blocks until it answers.
     *
     * @throws IOException if the address or port cannot be used
     */
    public synchronized void open() throws IOException {
        if (open.isPresent() || where.isEmpty()) {
            return;
        }
        String address = where.get().address().toString();
        int port = where.get().port();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        var bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 256)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        begin(channel, workers);
                                    }
                                })
                        .bind(InetAddress.getByName(address), port)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            end(loop, workers);
            throw new IOException(
                    "cannot listen on %s port %d".formatted(address, port), bound.cause());
        }
        open = Optional.of(new Open(loop, workers, bound.channel()));
        LOG.info("listening: CRLs and OCSP {}", open.get().address());
    }

    /** Where it listens, while it does. */
    public synchronized Optional<InetSocketAddress> address() {
        return open.map(Open::address);
    }

    /** Closes it and all its connections. */
    @Override
    public synchronized void close() {
        open.ifPresent(
                it -> {
                    it.channel().close().awaitUninterruptibly();
                    end(it.loop(), it.workers());
                });
        open = Optional.empty();
    }

    private void begin(SocketChannel channel, ExecutorService workers) {
        if (!connections.admit(channel)) {
            var _ = channel.close();
            return;
        }
        channel.pipeline()
                .addLast(
                        new HttpServerCodec(
                                new HttpDecoderConfig()
                                        .setMaxInitialLineLength(REQUEST_LINE_OCTETS_AT_MOST)
                                        .setMaxHeaderSize(HEADER_OCTETS_AT_MOST)),
                        new HttpObjectAggregator(OcspRequest.OCTETS_AT_MOST),
                        // One request at a time, also when a client sends more at once.
                        new FlowControlHandler(),
                        new StatusConnection(requests, turns, workers, clock, patience));
    }

    private static void end(EventLoopGroup loop, ExecutorService workers) {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(
                    Duration.ofSeconds(15).toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a request is still being answered");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
