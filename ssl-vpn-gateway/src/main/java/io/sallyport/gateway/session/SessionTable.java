package io.sallyport.gateway.session;

import io.sallyport.gateway.cstp.ConnectDecision;
import io.sallyport.gateway.cstp.ConnectRequest;
import io.sallyport.gateway.cstp.SessionCookie;
import io.sallyport.gateway.cstp.Sessions;
import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.Octets;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Channel;
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
 * All sessions of this gateway. Thread-safe: one lock, which nobody holds while waiting for the
 * disk or while calling the data path.
 *
 * <pre>
 *   open --> away --connect--> granted --start--> live --connection lost--> away
 *             |                   |                 |
 *             +--not taken up-----+--- abandoned    +--logout, idle, limit, disconnected--> over
 * </pre>
 */
public final class SessionTable implements Sessions {
    private static final Logger LOG = System.getLogger(SessionTable.class.getName());
    private static final Duration ACCOUNTED_EVERY = Duration.ofMinutes(1);

    private final Object lock = new Object();
    private final Map<SessionId, Session> sessions = new HashMap<>();
    private final Set<SessionId> unknownReported = new HashSet<>();
    private final Clock clock;
    private final SessionCookies cookies;
    private final Addresses addresses;
    private final SessionFiles files;
    private final Executor disk;
    private final Tunnels tunnels;
    private final SessionEvents events;
    private final Offers offers;
    private Optional<String> closedForLogins = Optional.empty();
    private Counters former = Traffic.NONE;
    private Instant accountedAt;

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
        this.disk = disk;
        this.tunnels = tunnels;
        this.events = events;
        this.offers = offers;
        this.accountedAt = clock.instant();
        Instant now = clock.instant();
        for (StoredSession stored : files.load()) {
            if (!now.isBefore(stored.notAfter()) || !addresses.retake(stored)) {
                files.remove(stored.session());
            } else {
                sessions.put(stored.session(), new Session(stored, now));
            }
        }
        LOG.log(Level.INFO, "{0} sessions are known from before", sessions.size());
    }

    Object lock() {
        return lock;
    }

    Tunnels tunnels() {
        return tunnels;
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
        Session session;
        synchronized (lock) {
            if (closedForLogins.isPresent()) {
                return new Opening.NoRoom(closedForLogins.get());
            }
            LoginGrant grant = login.grant();
            if (sessions.containsKey(grant.session()) || !hasRoom(grant)) {
                return new Opening.NoRoom("You have as many sessions as you may have.");
            }
            Optional<StoredSession> facts =
                    addresses.take(
                            grant, clock.instant(), login.clientCertificate().map(Digests::sha256));
            if (facts.isEmpty()) {
                return new Opening.NoRoom("All addresses are in use. Please try again later.");
            }
            session = new Session(facts.get(), clock.instant());
            sessions.put(grant.session(), session);
        }
        try {
            files.store(session.facts);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "a session cannot be stored: {0}", e.toString());
            end(session, SessionEvent.EndReason.GATEWAY_FAULT, Optional.empty());
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

    /** A user at the limit loses the session that has been without a client for longest. */
    private boolean hasRoom(LoginGrant grant) {
        int most = grant.policy().maximumSessionsPerUser();
        List<Session> others =
                sessions.values().stream()
                        .filter(other -> other.facts.user().equals(grant.user()))
                        .toList();
        if (most == 0 || others.size() < most) {
            return true;
        }
        Optional<Session> abandoned =
                others.stream()
                        .filter(other -> other.connection.isEmpty())
                        .min(Comparator.comparing(other -> other.since));
        abandoned.ifPresent(other -> over(other, SessionEvent.EndReason.LOST));
        return abandoned.isPresent();
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
            Session session = id.map(sessions::get).orElse(null);
            if (session == null
                    || !now.isBefore(session.facts.notAfter())
                    || !isSame(session.facts.certificateSha256(), shown)) {
                return new ConnectDecision.NoSession();
            }
            Offers.Granted granted = offers.grant(session, source, request, now);
            Connection connection = new Connection(this, session, source, request, granted.spec());
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

    /** The connection is to be attached now. @return false if it is not wanted any more */
    boolean started(Connection connection) {
        synchronized (lock) {
            Session session = connection.session;
            if (session.end.isPresent() || !isPresent(connection)) {
                return false;
            }
            session.live = true;
            session.since = clock.instant();
            tell(
                    session,
                    Channel.TLS,
                    SessionEvent.Counters.NONE,
                    new SessionEvent.Started(
                            connection.source,
                            Optional.of(session.facts.ipv4()),
                            session.facts.ipv6()));
            return true;
        }
    }

    /** The connection was granted and never started. */
    void abandoned(Connection connection) {
        synchronized (lock) {
            if (isPresent(connection)) {
                away(connection.session);
            }
        }
    }

    void channelChanged(Connection connection, Channel channel) {
        Counters now = connection.counters();
        synchronized (lock) {
            connection.channel = channel;
            account(connection, now, channel, new SessionEvent.Carried());
        }
    }

    void roamed(Connection connection, IpAddress source) {
        Counters now = connection.counters();
        synchronized (lock) {
            connection.source = source;
            account(connection, now, connection.channel, new SessionEvent.Roamed(source));
        }
    }

    void connectionEnded(Connection connection, EndReason reason, Counters counters) {
        synchronized (lock) {
            Session session = connection.session;
            session.former = Traffic.sum(session.former, counters);
            former = Traffic.sum(former, counters);
            if (!isPresent(connection)) {
                // A newer connection goes on; what this one carried is still told.
                Channel channel = session.connection.map(on -> on.channel).orElse(Channel.NONE);
                if (session.end.isEmpty()) {
                    account(connection, counters, channel, new SessionEvent.Carried());
                }
                return;
            }
            if (session.end.isPresent()) {
                SessionEvent.EndReason why = session.end.get();
                account(connection, counters, Channel.NONE, new SessionEvent.Ended(why));
                session.connection = Optional.empty();
                addresses.release(session.facts);
            } else if (reason.endsSession()) {
                SessionEvent.EndReason why = Ends.of(reason);
                account(connection, counters, Channel.NONE, new SessionEvent.Ended(why));
                session.connection = Optional.empty();
                session.end = Optional.of(why);
                forget(session);
            } else {
                account(connection, counters, Channel.NONE, new SessionEvent.Lost());
                away(session);
            }
            LOG.log(
                    Level.INFO,
                    "session={0} event=disconnected reason={1} ended={2}",
                    session.name(),
                    reason,
                    session.end.isPresent());
        }
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
            for (Session session : sessions.values()) {
                GroupPolicy wanted = groups.get(session.policy.name());
                if (wanted == null || !session.policy.factors().containsAll(wanted.factors())) {
                    withoutGroup.add(session);
                } else if (!wanted.equals(session.policy)) {
                    session.policy = wanted;
                    session.connection.ifPresent(changed::add);
                }
            }
            Set<SessionId> listed = new HashSet<>();
            for (GatewayState.Disconnect disconnect : state.disconnect()) {
                listed.add(disconnect.session());
                Session session = sessions.get(disconnect.session());
                if (session != null) {
                    unwanted.put(session, disconnect.message());
                } else if (unknownReported.add(disconnect.session())) {
                    tellUnknown(disconnect.session());
                }
            }
            unknownReported.retainAll(listed);
        }
        unwanted.forEach(
                (session, message) ->
                        end(session, SessionEvent.EndReason.DISCONNECTED, Optional.of(message)));
        for (Session session : withoutGroup) {
            end(
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
            for (Session session : List.copyOf(sessions.values())) {
                if (!now.isBefore(session.facts.notAfter())) {
                    expired.add(session);
                } else if (!session.live
                        && now.isAfter(session.since.plus(offers.disconnectedTimeout()))) {
                    over(session, SessionEvent.EndReason.LOST);
                }
            }
            if (Duration.between(accountedAt, now).abs().compareTo(ACCOUNTED_EVERY) >= 0) {
                accountedAt = now;
                sessions.values().forEach(session -> session.connection.ifPresent(live::add));
            }
        }
        for (Session session : expired) {
            end(
                    session,
                    SessionEvent.EndReason.SESSION_TIMEOUT,
                    Optional.of("The time of your session is over. Please log in again."));
        }
        for (Connection connection : live) {
            Counters now = connection.counters();
            synchronized (lock) {
                if (connection.session.live && !now.equals(connection.reported)) {
                    account(connection, now, connection.channel, new SessionEvent.Carried());
                }
            }
        }
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
        List<Session> chosen = chosen(which);
        chosen.forEach(
                session -> end(session, SessionEvent.EndReason.DISCONNECTED, Optional.of(message)));
        return chosen.size();
    }

    /** Ends all sessions; the clients show the message and do not come back. */
    public void endAll(String message) {
        chosen(_ -> true)
                .forEach(
                        session ->
                                end(session, SessionEvent.EndReason.DRAINED, Optional.of(message)));
    }

    /** Closes all connections without a word: the clients come back and find their sessions. */
    public void closeAll() {
        for (Session session : chosen(_ -> true)) {
            Optional<Connection> connection;
            synchronized (lock) {
                connection = session.connection;
            }
            connection.ifPresent(on -> on.end(Optional.empty()));
        }
    }

    /** All sessions at this moment, the oldest first. */
    public List<SessionView> views() {
        record Reading(Session session, Counters present) {}
        List<Reading> readings = new ArrayList<>();
        for (Session session : chosen(_ -> true)) {
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
        List<Connection> live = new ArrayList<>();
        Counters sum;
        synchronized (lock) {
            sessions.values().forEach(session -> session.connection.ifPresent(live::add));
            sum = former;
        }
        for (Connection connection : live) {
            sum = Traffic.sum(sum, connection.counters());
        }
        return sum;
    }

    /** How many sessions there are, with and without a connection. */
    public Count count() {
        synchronized (lock) {
            int live = (int) sessions.values().stream().filter(session -> session.live).count();
            return new Count(live, sessions.size() - live, addresses.free());
        }
    }

    /**
     * How many sessions.
     *
     * @param live with a connection
     * @param away without
     * @param free for how many more there are addresses
     */
    public record Count(int live, int away, int free) {}

    private List<Session> chosen(Predicate<Session> which) {
        synchronized (lock) {
            return sessions.values().stream().filter(which).toList();
        }
    }

    /** Ends a session, its connection included. Not to be called with the lock. */
    private void end(Session session, SessionEvent.EndReason why, Optional<String> message) {
        Optional<Connection> connection;
        synchronized (lock) {
            connection = session.connection;
            over(session, why);
        }
        connection.ifPresent(on -> on.end(message));
    }

    /** A session that nobody takes up any more. What a live tunnel carried is told at its end. */
    private void over(Session session, SessionEvent.EndReason why) {
        if (session.end.isPresent()) {
            return;
        }
        session.end = Optional.of(why);
        forget(session);
        if (!session.live) {
            session.connection = Optional.empty();
            tell(session, Channel.NONE, SessionEvent.Counters.NONE, new SessionEvent.Ended(why));
        }
    }

    /** The cookie opens nothing any more. A live connection keeps the addresses to its end. */
    private void forget(Session session) {
        sessions.remove(session.facts.session());
        if (session.connection.isEmpty() || !session.live) {
            addresses.release(session.facts);
        }
        disk.execute(() -> files.remove(session.facts.session()));
    }

    private void away(Session session) {
        session.connection = Optional.empty();
        session.live = false;
        session.since = clock.instant();
    }

    private static boolean isPresent(Connection connection) {
        return connection.session.connection.filter(on -> on == connection).isPresent();
    }

    private void account(
            Connection connection, Counters now, Channel channel, SessionEvent.Change change) {
        if (tell(connection.session, channel, Traffic.between(connection.reported, now), change)) {
            connection.reported = now;
        }
    }

    private boolean tell(
            Session session,
            Channel channel,
            SessionEvent.Counters carried,
            SessionEvent.Change change) {
        return events.offer(session.event(clock.instant(), channel, carried, change));
    }

    private void tellUnknown(SessionId session) {
        Instant now = clock.instant();
        events.offer(
                new SessionEvent(
                        session,
                        now.toEpochMilli(),
                        now,
                        Channel.NONE,
                        SessionEvent.Counters.NONE,
                        new SessionEvent.Ended(SessionEvent.EndReason.LOST)));
    }
}
