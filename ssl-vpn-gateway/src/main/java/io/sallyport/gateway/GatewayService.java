package io.sallyport.gateway;

import io.sallyport.gateway.admin.Operations;
import io.sallyport.gateway.cstp.ConnectionHandler;
import io.sallyport.gateway.cstp.ConnectionLimits;
import io.sallyport.gateway.listener.AcceptLimits;
import io.sallyport.gateway.listener.Listener;
import io.sallyport.gateway.login.AttemptLimiter;
import io.sallyport.gateway.login.LoginAuthority;
import io.sallyport.gateway.login.LoginDesk;
import io.sallyport.gateway.provisioner.GatewayIdentity;
import io.sallyport.gateway.session.SessionTable;
import io.sallyport.gateway.session.SessionView;
import io.sallyport.gateway.tls.HandshakeRefused;
import io.sallyport.gateway.tls.TlsAcceptor;
import io.sallyport.gateway.tls.TlsConnection;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.SessionId;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The gateway between its sockets and the provisioner: serves each connection, follows the desired
 * state, does what operators ask. Thread-safe.
 */
final class GatewayService implements Listener.Service, Operations {
    private static final Logger LOG = System.getLogger(GatewayService.class.getName());
    static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /** Connections that are no tunnel, at most. */
    static final int WITHOUT_TUNNEL = 1024;

    static final int ATTEMPTS_AT_ONCE = 20;
    static final Duration ANOTHER_ATTEMPT_AFTER = Duration.ofSeconds(5);

    private final DesiredStore<GatewayState> desired;
    private volatile GatewayIdentity node;
    private final IpNetwork poolV4;
    private final Optional<IpNetwork> poolV6;
    private final TlsAcceptor tls;
    private final SessionTable sessions;
    private final ConnectionHandler handler;
    private final Counts counts;
    private final Supplier<String> metrics;
    private final AtomicLong inForce;
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile Optional<String> credentialTrouble = Optional.empty();
    private volatile Optional<String> poolTrouble = Optional.empty();

    /**
     * @param desired has a state
     * @param tls with the credentials of that state
     * @param metrics the text that operators read
     * @param inForce gets each version of the state when all of it is in force
     */
    GatewayService(
            DesiredStore<GatewayState> desired,
            GatewayIdentity node,
            TlsAcceptor tls,
            SessionTable sessions,
            LoginAuthority authority,
            Counts counts,
            Supplier<String> metrics,
            AtomicLong inForce) {
        this.desired = desired;
        this.node = node;
        this.poolV4 = desired.current().orElseThrow().poolV4();
        this.poolV6 = desired.current().orElseThrow().poolV6();
        this.tls = tls;
        this.sessions = sessions;
        this.counts = counts;
        this.metrics = metrics;
        this.inForce = inForce;
        this.handler =
                new ConnectionHandler(
                        new LoginDesk(
                                () -> desired.current().orElseThrow().groups(),
                                authority,
                                new AttemptLimiter(
                                        ATTEMPTS_AT_ONCE, ANOTHER_ATTEMPT_AFTER, System::nanoTime),
                                sessions::closedForLogins),
                        sessions,
                        ConnectionLimits.DEFAULT,
                        counts,
                        System::nanoTime);
    }

    @Override
    public void serve(SocketChannel channel, InetSocketAddress peer) {
        IpAddress source = new IpAddress(peer.getAddress());
        TlsConnection connection;
        try {
            connection = tls.accept(channel, HANDSHAKE);
        } catch (HandshakeRefused e) {
            counts.handshakeFailed(source, e);
            return;
        }
        counts.handshake(connection.version(), connection.cipherSuite());
        handler.handle(connection, source);
    }

    /** Puts the present desired state in force. Called on the thread that fetches it. */
    void apply() {
        GatewayState state = desired.current().orElseThrow();
        try {
            tls.install(ServerCredentials.of(state, node));
            credentialTrouble = Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // What was in force stays; everything else of the state is taken.
            credentialTrouble = Optional.of("certificates not taken: " + e.getMessage());
            LOG.log(Level.ERROR, "event=certificates-refused cause=\"{0}\"", e.getMessage());
        }
        poolTrouble =
                state.poolV4().equals(poolV4) && state.poolV6().equals(poolV6)
                        ? Optional.empty()
                        : Optional.of("the address pools have changed: restart the gateway");
        sessions.apply(state);
        inForce.set(state.version());
        LOG.log(
                Level.INFO,
                "event=state-applied version={0} groups={1}",
                Long.toString(state.version()),
                state.groups().size());
    }

    /**
     * New handshakes show these keys; connections and sessions that live do not notice.
     *
     * @throws IOException if they cannot be used; those in use stay
     */
    void use(GatewayIdentity renewed) throws IOException {
        try {
            tls.install(ServerCredentials.ofRenewed(desired.current().orElseThrow(), renewed));
            credentialTrouble = Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the new server certificate cannot be used", e);
        }
        node = renewed;
    }

    /** What is wrong now, for the status. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        credentialTrouble.ifPresent(problems::add);
        poolTrouble.ifPresent(problems::add);
        return problems;
    }

    /** Waits until a drain is over. */
    void awaitDrained() throws InterruptedException {
        drained.await();
    }

    @Override
    public List<SessionView> sessions() {
        return sessions.views();
    }

    @Override
    public boolean disconnect(SessionId session, String message) {
        return sessions.disconnect(session, message);
    }

    @Override
    public int disconnectUser(String username, String message) {
        return sessions.disconnectUser(username, message);
    }

    @Override
    public void drain(Duration after, String message) {
        sessions.closeForLogins(message);
        Thread.ofVirtual().name("drain").start(() -> drainAfter(after, message));
    }

    private void drainAfter(Duration after, String message) {
        try {
            Thread.sleep(after);
            sessions.endAll(message);
            drained.countDown();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String metrics() {
        return metrics.get();
    }

    @Override
    public Optional<String> trouble() {
        GatewayState state = desired.current().orElseThrow();
        if (state.groups().isEmpty()) {
            return Optional.of("there is no group: nobody can log in");
        }
        return sessions.closedForLogins().or(() -> problems().stream().findFirst());
    }

    /** How a connection is bounded before it is a tunnel. */
    static AcceptLimits acceptLimits() {
        return new AcceptLimits(WITHOUT_TUNNEL, 128, System::nanoTime);
    }
}
