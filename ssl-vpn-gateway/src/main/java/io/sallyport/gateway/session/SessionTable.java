package io.sallyport.gateway.session;

import io.sallyport.gateway.cstp.ConnectDecision;
import io.sallyport.gateway.cstp.ConnectRequest;
import io.sallyport.gateway.cstp.SessionCookie;
import io.sallyport.gateway.cstp.Sessions;
import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.Octets;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionId;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * All sessions of this gateway: opens them, takes them up, keeps them to what the provisioner and
 * operators want. Thread-safe: one lock, the register's.
 *
 * <pre>
 *   open --> away --connect--> granted --start--> live --connection lost--> away
 *             |                   |                 |
 *             +--not taken up-----+--- abandoned    +--logout, idle, limit, disconnected--> over
 * </pre>
 */
public final class SessionTable implements Sessions {
    private static final Logger LOG = System.getLogger(SessionTable.class.getName());

    private final SessionRegister register;
    private final Object lock;
    private final Clock clock;
    private final SessionCookies cookies;
    private final Addresses addresses;
    private final SessionFiles files;
    private final Tunnels tunnels;
    private final Ledger ledger;
    private final Offers offers;
    private Optional<String> closedForLogins = Optional.empty();

    /**
     * Knows the sessions of the process before again: their clients come back with their cookies.
     *
     * @param disk runs the removal of files, one after the other
     * @throws IOException if the session files cannot be listed
     */
    public SessionTable(
            Clock clock,
            SessionCookies cookies,
            Addresses addresses,
            SessionFiles files,
            Executor disk,
            Tunnels tunnels,
            SessionEvents events,
            Offers offers)
            throws IOException {
        this.clock = clock;
        this.cookies = cookies;
        this.addresses = addresses;
        this.files = files;
        this.tunnels = tunnels;
        this.ledger = new Ledger(clock, events);
        this.register = new SessionRegister(clock, addresses, files, disk, ledger);
        this.lock = register.lock();
        this.offers = offers;
    }

    @Override
    public Optional<String> closedForLogins() {
        synchronized (lock) {
            return closedForLogins;
        }
    }

    /** From now on nobody logs in; whoever has a session may still take it up. */
    public void closeForLogins(String message) {
        synchronized (lock) {
            closedForLogins = Optional.of(message);
        }
    }

    @Override
    public Opening open(VerifiedLogin login) {
        LoginGrant grant = login.grant();
        Session session;
        synchronized (lock) {
            if (closedForLogins.isPresent()) {
                ledger.absent(grant.session(), SessionEvent.EndReason.DRAINED);
                return new Opening.NoRoom(closedForLogins.get());
            }
            if (register.find(grant.session()) != null) {
                return new Opening.NoRoom("This session was begun before.");
            }
            Optional<StoredSession> facts =
                    addresses.take(
                            grant, clock.instant(), login.clientCertificate().map(Digests::sha256));
            if (facts.isEmpty()) {
                // Or it would count among the user's sessions, and end another of them.
                ledger.absent(grant.session(), SessionEvent.EndReason.GATEWAY_FAULT);
                return new Opening.NoRoom("This gateway is full. Please try again later.");
            }
            session = new Session(facts.get(), clock.instant());
            register.add(session);
        }
        try {
            files.store(session.facts);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "a session cannot be stored: {0}", e.toString());
            register.end(session, SessionEvent.EndReason.GATEWAY_FAULT, Optional.empty());
            return new Opening.NoRoom("The gateway has a fault. Please try again later.");
        }
        LOG.log(
                Level.INFO,
                "session={0} event=opened group={1} ipv4={2}",
                session.name(),
                session.policy.name(),
                session.facts.ipv4());
        return new Opening.Opened(cookies.cookieOf(session.facts.session()));
    }

    @Override
    public ConnectDecision connect(
            SessionCookie cookie,
            Optional<X509Certificate> clientCertificate,
            IpAddress source,
            ConnectRequest request) {
        Optional<SessionId> id = cookies.sessionOf(cookie);
        Optional<Octets> shown = clientCertificate.map(Digests::sha256);
        Optional<Connection> replaced;
        ConnectDecision decision;
        synchronized (lock) {
            Instant now = clock.instant();
            Session session = id.map(register::find).orElse(null);
            if (session == null
                    || !now.isBefore(session.facts.notAfter())
                    || !isSame(session.facts.certificateSha256(), shown)) {
                return new ConnectDecision.NoSession();
            }
            Offers.Granted granted = offers.grant(session, source, request, now);
            Connection connection =
                    new Connection(register, tunnels, session, source, request, granted.spec());
            replaced = session.connection;
            session.connection = Optional.of(connection);
            session.live = false;
            session.since = now;
            decision = new ConnectDecision.Granted(granted.offer(), connection);
        }
        replaced.ifPresent(old -> old.end(Optional.empty()));
        return decision;
    }

    /** Every connection has to show the certificate that was a factor of the login. */
    private static boolean isSame(Optional<Octets> required, Optional<Octets> shown) {
        return required.isEmpty()
                || (shown.isPresent()
                        && MessageDigest.isEqual(required.get().toArray(), shown.get().toArray()));
    }

    /** New policies, limits and ends. Connections whose policy changed are closed and come back. */
    public void apply(GatewayState state) {
        List<Connection> changed = new ArrayList<>();
        List<Session> withoutGroup = new ArrayList<>();
        Map<Session, String> unwanted = new HashMap<>();
        synchronized (lock) {
            offers.apply(state);
            Map<String, GroupPolicy> groups = new HashMap<>();
            state.groups().forEach(group -> groups.put(group.name(), group));
            for (Session session : register.chosen(_ -> true)) {
                GroupPolicy wanted = groups.get(session.policy.name());
                if (wanted == null || !session.policy.factors().containsAll(wanted.factors())) {
                    withoutGroup.add(session);
                } else if (!wanted.equals(session.policy)) {
                    session.policy = wanted;
                    session.connection.ifPresent(changed::add);
                }
            }
            Set<SessionId> unknown = new HashSet<>();
            for (GatewayState.Disconnect disconnect : state.disconnect()) {
                Session session = register.find(disconnect.session());
                if (session != null) {
                    unwanted.put(session, disconnect.message());
                } else {
                    unknown.add(disconnect.session());
                }
            }
            ledger.unknown(unknown);
        }
        unwanted.forEach(
                (session, message) ->
                        register.end(
                                session,
                                SessionEvent.EndReason.DISCONNECTED,
                                Optional.of(message)));
        for (Session session : withoutGroup) {
            register.end(
                    session,
                    SessionEvent.EndReason.DISCONNECTED,
                    Optional.of("What your group has to prove has changed. Please log in again."));
        }
        changed.forEach(connection -> connection.end(Optional.empty()));
    }

    /**
     * Ends the sessions that are over by time, and tells what was carried. To be called about once
     * a second.
     */
    public void tick() {
        List<Session> expired = new ArrayList<>();
        List<Connection> live = new ArrayList<>();
        synchronized (lock) {
            Instant now = clock.instant();
            for (Session session : register.chosen(_ -> true)) {
                if (!now.isBefore(session.facts.notAfter())) {
                    expired.add(session);
                } else if (!session.live
                        && now.isAfter(session.since.plus(offers.disconnectedTimeout()))) {
                    register.over(session, SessionEvent.EndReason.LOST);
                }
            }
            if (ledger.isDue()) {
                live.addAll(ledger.open());
            }
        }
        for (Session session : expired) {
            register.end(
                    session,
                    SessionEvent.EndReason.SESSION_TIMEOUT,
                    Optional.of("The time of your session is over. Please log in again."));
        }
        live.forEach(register::account);
    }

    /** Ends one session; its client shows the message. @return false if there is none */
    public boolean disconnect(SessionId id, String message) {
        return disconnect(session -> session.facts.session().equals(id), message) > 0;
    }

    /** Ends the sessions of a user; the clients show the message. @return how many there were */
    public int disconnectUser(String username, String message) {
        return disconnect(session -> session.facts.username().equals(username), message);
    }

    private int disconnect(Predicate<Session> which, String message) {
        List<Session> chosen = register.chosen(which);
        chosen.forEach(
                session ->
                        register.end(
                                session,
                                SessionEvent.EndReason.DISCONNECTED,
                                Optional.of(message)));
        return chosen.size();
    }

    /** Ends all sessions; the clients show the message and do not come back. */
    public void endAll(String message) {
        register.chosen(_ -> true)
                .forEach(
                        session ->
                                register.end(
                                        session,
                                        SessionEvent.EndReason.DRAINED,
                                        Optional.of(message)));
    }

    /** Closes all connections without a word: the clients come back and find their sessions. */
    public void closeAll() {
        List<Connection> present = new ArrayList<>();
        synchronized (lock) {
            register.chosen(_ -> true)
                    .forEach(session -> session.connection.ifPresent(present::add));
        }
        present.forEach(connection -> connection.end(Optional.empty()));
    }

    /** Waits until no connection carries any more, as after {@link #closeAll}, or time is over. */
    public void awaitNoneCarries(Duration atMost) throws InterruptedException {
        register.awaitNoneCarries(atMost);
    }

    /** All sessions at this moment, the oldest first. */
    public List<SessionView> views() {
        record Reading(Session session, Counters present) {}
        List<Reading> readings = new ArrayList<>();
        for (Session session : register.chosen(_ -> true)) {
            Optional<Connection> connection;
            synchronized (lock) {
                connection = session.connection;
            }
            readings.add(
                    new Reading(
                            session, connection.map(Connection::counters).orElse(Traffic.NONE)));
        }
        synchronized (lock) {
            return readings.stream()
                    .map(reading -> reading.session.view(reading.present))
                    .sorted(Comparator.comparing(SessionView::openedAt))
                    .toList();
        }
    }

    /** What all tunnels carried and dropped since this process began. */
    public Counters carried() {
        List<Connection> open;
        Counters sum;
        synchronized (lock) {
            open = ledger.open();
            sum = ledger.closed();
        }
        for (Connection connection : open) {
            sum = Traffic.sum(sum, connection.counters());
        }
        return sum;
    }

    /** How many sessions there are, with and without a connection. */
    public Count count() {
        synchronized (lock) {
            List<Session> all = register.chosen(_ -> true);
            int live = (int) all.stream().filter(session -> session.live).count();
            return new Count(live, all.size() - live, addresses.free());
        }
    }

    /**
     * How many sessions.
     *
     * @param live with a connection
     * @param away without
     * @param free for how many more there is room
     */
    public record Count(int live, int away, int free) {}
}
