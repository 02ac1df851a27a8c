package io.sallyport.gateway.listener;

import io.sallyport.gateway.metrics.Tally;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The accept loop. Runs on one thread until that is interrupted or the socket is closed. */
public final class Listener implements Closeable {
    private static final Logger LOG = System.getLogger(Listener.class.getName());

    /** After an accept that failed for want of descriptors or memory. */
    private static final Duration REST = Duration.ofMillis(100);

    private final ServerSocketChannel server;
    private final AcceptLimits limits;
    private final Service service;
    private final Tally rejects;

    /** Serves one connection to its end, or until it became a tunnel. */
    @FunctionalInterface
    public interface Service {
        /** Blocks; called on a virtual thread. The channel is its own from here on. */
        void serve(SocketChannel channel, InetSocketAddress peer);
    }

    /**
     * @param server bound and blocking
     * @param rejects counts connections that were not let in, by reason
     */
    public Listener(
            ServerSocketChannel server, AcceptLimits limits, Service service, Tally rejects) {
        this.server = server;
        this.limits = limits;
        this.service = service;
        this.rejects = rejects;
    }

    /** Accepts until the thread is interrupted or {@link #close}. */
    public void run() throws InterruptedException {
        while (true) {
            try {
                take(server.accept());
            } catch (ClosedChannelException _) {
                throw new InterruptedException("the listener is closed");
            } catch (IOException e) {
                rejects.count("accept_failed");
                LOG.log(Level.WARNING, "event=accept-failed cause=\"{0}\"", e.toString());
                Thread.sleep(REST);
            }
        }
    }

    private void take(SocketChannel channel) {
        InetSocketAddress peer;
        AcceptLimits.Admission admission;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            peer = (InetSocketAddress) channel.getRemoteAddress();
            if (peer == null) {
                throw new IOException("the peer has left");
            }
            admission = limits.admit(peer.getAddress(), channel);
        } catch (IOException _) {
            close(channel);
            return;
        }
        switch (admission) {
            case AcceptLimits.Admitted(var place, var displaced) -> {
                displaced.ifPresent(
                        other -> {
                            rejects.count("displaced");
                            close(other);
                        });
                Thread.ofVirtual().name("connection").start(() -> serve(channel, peer, place));
            }
            case AcceptLimits.Refused refused -> {
                rejects.count(refused);
                close(channel);
            }
        }
    }

    private void serve(SocketChannel channel, InetSocketAddress peer, AcceptLimits.Place place) {
        try {
            service.serve(channel, peer);
        } catch (RuntimeException | Error e) {
            rejects.count("fault");
            LOG.log(Level.ERROR, "event=connection-fault", e);
            close(channel);
        } finally {
            limits.left(place);
        }
    }

    /** No connection is taken any more. Those that were go on. */
    @Override
    public void close() throws IOException {
        server.close();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // closed is closed
        }
    }
}
