package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionId;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The sessions that there are, and how they and their connections begin and end. Its lock guards
 * all that belongs to sessions; nobody holds it while waiting for the disk or while calling the
 * data path.
 *
 * <p>A session ends in two steps: first nobody takes it up any more, then the last of its tunnels
 * stops carrying. Only then its end is told, with all that was carried, and its addresses are free.
 */
final class SessionRegister {
    private static final Logger LOG = System.getLogger(SessionRegister.class.getName());

    private final Object lock = new Object();
    private final Map<SessionId, Session> sessions = new HashMap<>();
    private final Clock clock;
    private final Addresses addresses;
    private final SessionFiles files;
    private final Executor disk;
    private final Ledger ledger;

    /**
     * Knows the sessions of the process before.
     *
     * @param disk runs the removal of files, one after the other
     * @throws IOException if the session files cannot be listed
     */
    SessionRegister(
            Clock clock, Addresses addresses, SessionFiles files, Executor disk, Ledger ledger)
            throws IOException {
        this.clock = clock;
        this.addresses = addresses;
        this.files = files;
        this.disk = disk;
        this.ledger = ledger;
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

    /**
     * Waits until no connection carries any more, or the time is over.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void awaitNoneCarries(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (lock) {
            while (!ledger.open().isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
        }
    }

    /** The session of this id, or null. With the lock. */
    Session find(SessionId id) {
        return sessions.get(id);
    }

    /** Takes a new session in. With the lock. */
    void add(Session session) {
        sessions.put(session.facts.session(), session);
    }

    /** Those that somebody may take up. */
    List<Session> chosen(Predicate<Session> which) {
        synchronized (lock) {
            return sessions.values().stream().filter(which).toList();
        }
    }

    /** The connection is to be attached now. @return false if it is not wanted any more */
    boolean started(Connection connection) {
        synchronized (lock) {
            Session session = connection.session;
            if (session.end.isPresent() || !isPresent(connection)) {
                return false;
            }
            session.live = true;
            session.carrying.add(connection);
            ledger.begin(connection);
            session.since = clock.instant();
            ledger.tell(
                    session,
                    Channel.TLS,
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
            if (carries(connection)) {
                connection.channel = channel;
                ledger.account(connection, now, channel, new SessionEvent.Carried());
            }
        }
    }

    void roamed(Connection connection, IpAddress source) {
        Counters now = connection.counters();
        synchronized (lock) {
            if (carries(connection)) {
                connection.source = source;
                ledger.account(
                        connection, now, connection.channel, new SessionEvent.Roamed(source));
            }
        }
    }

    /** Tells what the connection carried, if there is something new. */
    void account(Connection connection) {
        Counters now = connection.counters();
        synchronized (lock) {
            if (carries(connection) && !now.equals(connection.reported)) {
                ledger.account(connection, now, connection.channel, new SessionEvent.Carried());
            }
        }
    }

    /** The connection, which was started, carries nothing any more. */
    void ended(Connection connection, EndReason reason, Counters counters) {
        synchronized (lock) {
            Session session = connection.session;
            session.carrying.remove(connection);
            ledger.close(connection, counters);
            lock.notifyAll();
            boolean present = isPresent(connection);
            if (present) {
                away(session);
                if (session.end.isEmpty() && reason.endsSession()) {
                    takenUpNoMore(session, Ends.of(reason));
                }
            }
            Channel channel = session.connection.map(on -> on.channel).orElse(Channel.NONE);
            ledger.account(connection, counters, channel, change(session, present));
            releaseIfOver(session);
            LOG.log(
                    Level.INFO,
                    "session={0} event=disconnected reason={1} ended={2}",
                    session.name(),
                    reason,
                    session.end.isPresent());
        }
    }

    /** What the end of a connection is for its session. */
    private static SessionEvent.Change change(Session session, boolean present) {
        if (session.isOver()) {
            return new SessionEvent.Ended(session.end.get());
        }
        // Of a session that has ended or has a newer connection, what this one carried is told.
        return present && session.end.isEmpty()
                ? new SessionEvent.Lost()
                : new SessionEvent.Carried();
    }

    /** Ends a session, its connection included. Not to be called with the lock. */
    void end(Session session, SessionEvent.EndReason why, Optional<String> message) {
        Optional<Connection> connection;
        synchronized (lock) {
            connection = session.connection;
            over(session, why);
        }
        connection.ifPresent(on -> on.end(message));
    }

    /**
     * A session that nobody takes up any more. If tunnels of it still carry, its end is told at
     * theirs. With the lock.
     */
    void over(Session session, SessionEvent.EndReason why) {
        if (session.end.isPresent()) {
            return;
        }
        takenUpNoMore(session, why);
        if (!session.live) {
            session.connection = Optional.empty();
        }
        if (session.isOver()) {
            ledger.tell(session, Channel.NONE, new SessionEvent.Ended(why));
            releaseIfOver(session);
        }
    }

    private void takenUpNoMore(Session session, SessionEvent.EndReason why) {
        session.end = Optional.of(why);
        sessions.remove(session.facts.session());
        files.remove(session.facts.session(), disk);
    }

    private void releaseIfOver(Session session) {
        if (session.isOver()) {
            addresses.release(session.facts);
        }
    }

    private void away(Session session) {
        session.connection = Optional.empty();
        session.live = false;
        session.since = clock.instant();
    }

    /** Whether it was started and has not ended. What is told then comes before the end. */
    private static boolean carries(Connection connection) {
        return connection.session.carrying.contains(connection);
    }

    private static boolean isPresent(Connection connection) {
        return connection.session.connection.filter(on -> on == connection).isPresent();
    }
}
