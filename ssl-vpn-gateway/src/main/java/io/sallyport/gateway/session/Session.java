package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.SessionEvent;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One session. Guarded by the register's lock. */
final class Session {
    final StoredSession facts;
    GroupPolicy policy;

    /** Granted or live; empty while the client is away. */
    Optional<Connection> connection = Optional.empty();

    /** Whether the present connection was started, not only granted. */
    boolean live;

    /** The connections that were started and have not ended: the present one and overtaken ones. */
    final Set<Connection> carrying = new HashSet<>();

    /** Since when it is connected, granted, or without a connection. */
    Instant since;

    /** Set once: nobody takes it up again. */
    Optional<SessionEvent.EndReason> end = Optional.empty();

    /** What its former connections carried. */
    Counters former = Traffic.NONE;

    private long sequence;

    Session(StoredSession facts, Instant since) {
        this.facts = facts;
        this.policy = facts.policy();
        this.since = since;
    }

    /** Nobody takes it up any more, and nothing is carried for it. */
    boolean isOver() {
        return end.isPresent() && carrying.isEmpty();
    }

    /** Names it in logs. */
    String name() {
        return facts.session().hex().substring(0, 12);
    }

    /** An event with the next number: above all of this process and of the ones before it. */
    SessionEvent event(
            Instant now,
            SessionEvent.Channel channel,
            SessionEvent.Counters carried,
            SessionEvent.Change change) {
        sequence = Math.max(sequence + 1, now.toEpochMilli());
        return new SessionEvent(facts.session(), sequence, now, channel, carried, change);
    }

    /**
     * @param present what the present connection carried
     */
    SessionView view(Counters present) {
        return new SessionView(
                facts.session(),
                facts.username(),
                policy.name(),
                live
                        ? connection.map(on -> on.channel).orElse(SessionEvent.Channel.NONE)
                        : SessionEvent.Channel.NONE,
                connection.map(on -> on.source),
                facts.ipv4(),
                facts.ipv6(),
                connection.flatMap(on -> on.request.hostname()),
                connection.flatMap(on -> on.request.userAgent()),
                facts.openedAt(),
                since,
                facts.notAfter(),
                Traffic.between(Traffic.NONE, Traffic.sum(former, present)));
    }
}
