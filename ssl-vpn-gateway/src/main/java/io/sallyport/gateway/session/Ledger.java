package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionId;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What becomes of sessions and what they carry, told to the provisioner: each octet once, and the
 * end of a session last. Guarded by the register's lock.
 */
final class Ledger {
    private static final Duration ACCOUNTED_EVERY = Duration.ofMinutes(1);

    private final Clock clock;
    private final SessionEvents events;
    private final Set<SessionId> unknownReported = new HashSet<>();
    private final Set<Connection> open = new HashSet<>();
    private Counters closed = Traffic.NONE;
    private Instant accountedAt;

    Ledger(Clock clock, SessionEvents events) {
        this.clock = clock;
        this.events = events;
        this.accountedAt = clock.instant();
    }

    /** A change that carried nothing. */
    void tell(Session session, Channel channel, SessionEvent.Change change) {
        offer(session, channel, SessionEvent.Counters.NONE, change);
    }

    /**
     * A change, and what the connection carried since it was told last.
     *
     * @param now the connection's counters; two threads can come with theirs in the wrong order
     */
    void account(Connection connection, Counters now, Channel channel, SessionEvent.Change change) {
        Counters latest = Traffic.later(connection.reported, now);
        SessionEvent.Counters carried = Traffic.between(connection.reported, latest);
        if (offer(connection.session, channel, carried, change)) {
            connection.reported = latest;
        }
    }

    /** Whether it is time to tell what is being carried. */
    boolean isDue() {
        Instant now = clock.instant();
        if (Duration.between(accountedAt, now).abs().compareTo(ACCOUNTED_EVERY) < 0) {
            return false;
        }
        accountedAt = now;
        return true;
    }

    /** The connection may carry from now on. */
    void begin(Connection connection) {
        open.add(connection);
    }

    /** The connection carries nothing any more. */
    void close(Connection connection, Counters counters) {
        open.remove(connection);
        connection.session.former = Traffic.sum(connection.session.former, counters);
        closed = Traffic.sum(closed, counters);
    }

    /** Connections that may carry, those of ended sessions included. */
    List<Connection> open() {
        return List.copyOf(open);
    }

    /** What all others carried. */
    Counters closed() {
        return closed;
    }

    /**
     * The provisioner wants sessions to end that are not here: tells it once that they have.
     *
     * @param unknown all of them
     */
    void unknown(Set<SessionId> unknown) {
        unknownReported.retainAll(unknown);
        for (SessionId session : unknown) {
            if (unknownReported.add(session)) {
                absent(session, SessionEvent.EndReason.LOST);
            }
        }
    }

    /** A session that the provisioner granted is not here and will not be. */
    void absent(SessionId session, SessionEvent.EndReason reason) {
        Instant now = clock.instant();
        events.offer(
                new SessionEvent(
                        session,
                        now.toEpochMilli(),
                        now,
                        Channel.NONE,
                        SessionEvent.Counters.NONE,
                        new SessionEvent.Ended(reason)));
    }

    private boolean offer(
            Session session,
            Channel channel,
            SessionEvent.Counters carried,
            SessionEvent.Change change) {
        return events.offer(session.event(clock.instant(), channel, carried, change));
    }
}
