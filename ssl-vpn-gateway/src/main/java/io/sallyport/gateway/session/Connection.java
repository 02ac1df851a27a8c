package io.sallyport.gateway.session;

import io.sallyport.gateway.cstp.ConnectRequest;
import io.sallyport.gateway.cstp.TunnelStart;
import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.gateway.datapath.LiveTunnel;
import io.sallyport.gateway.datapath.TunnelListener;
import io.sallyport.gateway.datapath.TunnelSpec;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.SessionEvent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One connection of a session, from the CONNECT that was granted to its end. Fields are guarded by
 * the register's lock; the data path is never called with it.
 */
final class Connection implements TunnelStart, TunnelListener {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

    private final SessionRegister register;
    private final Tunnels tunnels;
    final Session session;
    final ConnectRequest request;
    private final TunnelSpec spec;
    IpAddress source;
    SessionEvent.Channel channel = SessionEvent.Channel.TLS;

    /** What was told to the provisioner of what this connection carried. */
    Counters reported = Traffic.NONE;

    /** How the connection has to end, once there is a tunnel to tell it to. */
    private Optional<String> farewell = Optional.empty();

    private boolean endWanted;
    private boolean over;
    private volatile Optional<LiveTunnel> tunnel = Optional.empty();

    Connection(
            SessionRegister register,
            Tunnels tunnels,
            Session session,
            IpAddress source,
            ConnectRequest request,
            TunnelSpec spec) {
        this.register = register;
        this.tunnels = tunnels;
        this.session = session;
        this.source = source;
        this.request = request;
        this.spec = spec;
    }

    @Override
    public void start(EstablishedTls tls) {
        if (!register.started(this)) {
            close(tls); // a newer connection of the session, or its end, came in between
            return;
        }
        LiveTunnel live;
        try {
            live = tunnels.attach(spec, tls, this);
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "session {0} not attached: {1}", spec.name(), e.getMessage());
            notAttached(tls, EndReason.STOPPED);
            return;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "session " + spec.name() + " not attached", e);
            notAttached(tls, EndReason.CONNECTION_LOST);
            return;
        }
        boolean end;
        synchronized (register.lock()) {
            tunnel = Optional.of(live);
            end = endWanted && !over;
        }
        if (end) {
            end(live);
        }
    }

    @Override
    public void abandon() {
        register.abandoned(this);
    }

    /**
     * Closes the connection so that the client comes back, or, with a farewell, so that it does
     * not. Not to be called with the lock.
     */
    void end(Optional<String> reason) {
        Optional<LiveTunnel> live;
        synchronized (register.lock()) {
            endWanted = true;
            farewell = reason;
            live = tunnel.filter(_ -> !over);
        }
        live.ifPresent(this::end);
    }

    private void end(LiveTunnel live) {
        farewell.ifPresentOrElse(live::disconnect, live::close);
    }

    /** What the tunnel carried so far. Not to be called with the lock. */
    Counters counters() {
        return tunnel.map(LiveTunnel::counters).orElse(Traffic.NONE);
    }

    @Override
    public void dtlsUp(InetSocketAddress peer) {
        register.channelChanged(this, SessionEvent.Channel.DTLS);
    }

    @Override
    public void dtlsDown() {
        register.channelChanged(this, SessionEvent.Channel.TLS);
    }

    @Override
    public void roamed(InetSocketAddress from, InetSocketAddress to) {
        register.roamed(this, new IpAddress(to.getAddress()));
    }

    @Override
    public void ended(EndReason reason, Counters counters) {
        synchronized (register.lock()) {
            over = true;
        }
        register.ended(this, reason, counters);
    }

    private void notAttached(EstablishedTls tls, EndReason reason) {
        close(tls);
        ended(reason, Traffic.NONE);
    }

    private static void close(EstablishedTls tls) {
        try {
            tls.channel().close();
        } catch (IOException _) {
            // closed is closed
        }
    }
}
