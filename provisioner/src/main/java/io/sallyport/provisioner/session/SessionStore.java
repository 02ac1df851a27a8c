package io.sallyport.provisioner.session;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.GatewayState.Disconnect;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionEvent.Counters;
import io.sallyport.wire.SessionEvent.EndReason;
import io.sallyport.wire.SessionId;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows of sessions. Every method blocks and runs in the caller's transaction. */
@Singleton
class SessionStore {
    private static final String SELECT =
            """
            SELECT s.*, t.username FROM teleworker_session s JOIN teleworker t ON t.id = s.teleworker
            """;

    private final Sql sql;

    SessionStore(Sql sql) {
        this.sql = sql;
    }

    void insert(SessionId id, NewSession granted, Instant at) {
        sql.update(
                """
                INSERT INTO teleworker_session (id, customer, gateway, teleworker, group_name,
                       created_at, not_after, source, user_agent, certificate)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::uuid)
                """,
                id,
                granted.customer(),
                granted.gateway(),
                granted.teleworker(),
                granted.group(),
                at,
                granted.notAfter(),
                granted.source(),
                granted.userAgent().orElse(null),
                granted.certificate().orElse(null));
    }

    /** A page of sessions that have not ended, in the order of their ids. */
    List<TeleworkerSession> page(UUID customer, @Nullable String after, int limit) {
        return sql.list(
                SELECT
                        + """
                        WHERE s.customer = ? AND s.ended_at IS NULL AND s.id > ?
                        ORDER BY s.id LIMIT ?
                        """,
                SessionStore::session,
                customer,
                after == null ? "" : after,
                limit);
    }

    Optional<TeleworkerSession> find(UUID customer, SessionId id) {
        return sql.first(
                SELECT + " WHERE s.customer = ? AND s.id = ?", SessionStore::session, customer, id);
    }

    /** Ids of a teleworker's sessions that nobody ended yet. */
    List<SessionId> openOf(UUID teleworker) {
        return openBeyond(teleworker, 0);
    }

    /** The same without the newest ones, of which there are so many. */
    List<SessionId> openBeyond(UUID teleworker, int newest) {
        return sql.list(
                """
                SELECT id FROM teleworker_session
                 WHERE teleworker = ? AND ended_at IS NULL AND ending_at IS NULL
                 ORDER BY created_at DESC, id OFFSET ?
                """,
                row -> new SessionId(row.getString("id")),
                teleworker,
                newest);
    }

    /** Ids of the sessions that were opened with a certificate and that nobody ended yet. */
    List<SessionId> openWith(UUID certificate) {
        return sql.list(
                """
                SELECT id FROM teleworker_session
                 WHERE certificate = ? AND ended_at IS NULL AND ending_at IS NULL
                """,
                row -> new SessionId(row.getString("id")),
                certificate);
    }

    /** Ids of the sessions of a group that nobody ended yet. */
    List<SessionId> openOf(UUID customer, String group) {
        return sql.list(
                """
                SELECT id FROM teleworker_session
                 WHERE customer = ? AND group_name = ? AND ended_at IS NULL AND ending_at IS NULL
                """,
                row -> new SessionId(row.getString("id")),
                customer,
                group);
    }

    /** Ids of a teleworker's sessions in other groups than these that nobody ended yet. */
    List<SessionId> openOutside(UUID teleworker, List<String> groups) {
        return sql.list(
                """
                SELECT id FROM teleworker_session
                 WHERE teleworker = ? AND NOT group_name = ANY (?)
                   AND ended_at IS NULL AND ending_at IS NULL
                """,
                row -> new SessionId(row.getString("id")),
                teleworker,
                groups);
    }

    /** The gateways of these sessions. */
    List<UUID> gateways(List<SessionId> sessions) {
        return sql.list(
                "SELECT DISTINCT gateway FROM teleworker_session WHERE id = ANY (?)",
                row -> row.getObject("gateway", UUID.class),
                sessions);
    }

    void end(List<SessionId> sessions, String message, Instant at) {
        sql.update(
                """
                UPDATE teleworker_session SET ending_at = ?, ending_message = ?
                 WHERE id = ANY (?) AND ended_at IS NULL AND ending_at IS NULL
                """,
                at,
                message,
                sessions);
    }

    List<Disconnect> toEnd(UUID gateway) {
        return sql.list(
                """
                SELECT id, ending_message FROM teleworker_session
                 WHERE gateway = ? AND ended_at IS NULL AND ending_at IS NOT NULL
                 ORDER BY ending_at, id
                """,
                row ->
                        new Disconnect(
                                new SessionId(row.getString("id")),
                                row.getString("ending_message")),
                gateway);
    }

    /**
     * Applies an event, unless one with its number or a later one was applied, or the session is
     * none of this gateway's.
     */
    boolean apply(UUID gateway, SessionEvent event, EventColumns columns) {
        return sql.update(
                        """
                        UPDATE teleworker_session
                           SET last_sequence = ?, last_event_at = ?, channel = ?,
                               source = coalesce(?::varchar, source),
                               inner_v4 = coalesce(?::varchar, inner_v4),
                               inner_v6 = coalesce(?::varchar, inner_v6),
                               octets_from_client = octets_from_client + ?,
                               octets_to_client = octets_to_client + ?,
                               packets_from_client = packets_from_client + ?,
                               packets_to_client = packets_to_client + ?,
                               ended_at = CASE WHEN ?::varchar IS NULL THEN ended_at
                                               ELSE coalesce(ended_at, ?) END,
                               end_reason = coalesce(end_reason, ?::varchar)
                         WHERE id = ? AND gateway = ? AND last_sequence < ?
                        """,
                        event.sequence(),
                        event.at(),
                        columns.endReason() == null ? event.channel() : Channel.NONE,
                        columns.source(),
                        columns.innerV4(),
                        columns.innerV6(),
                        event.carried().octetsFromClient(),
                        event.carried().octetsToClient(),
                        event.carried().packetsFromClient(),
                        event.carried().packetsToClient(),
                        columns.endReason(),
                        event.at(),
                        columns.endReason(),
                        event.session(),
                        gateway,
                        event.sequence())
                == 1;
    }

    /** Keeps events that were applied. */
    void insertEvents(List<SessionEvent> events) {
        sql.updateEach(
                """
                INSERT INTO session_event (session, sequence, customer, at, event, channel, source,
                       octets_from_client, octets_to_client, packets_from_client,
                       packets_to_client, end_reason)
                SELECT id, ?, customer, ?, ?, ?, ?, ?, ?, ?, ?, ?
                  FROM teleworker_session WHERE id = ?
                """,
                events.stream().map(SessionStore::eventRow).toList());
    }

    /** Whether the gateway was told to end this session. */
    boolean isEnding(SessionId session) {
        return sql.first(
                        "SELECT FROM teleworker_session WHERE id = ? AND ending_at IS NOT NULL",
                        _ -> true,
                        session)
                .isPresent();
    }

    /** Ids of sessions whose time is over since then, and whose end nobody reported. */
    List<SessionId> overdue(Instant at) {
        return sql.list(
                "SELECT id FROM teleworker_session WHERE not_after < ? AND ended_at IS NULL",
                row -> new SessionId(row.getString("id")),
                at);
    }

    void timedOut(List<SessionId> sessions) {
        sql.update(
                """
                UPDATE teleworker_session
                   SET ended_at = not_after, end_reason = ?, channel = 'NONE'
                 WHERE id = ANY (?) AND ended_at IS NULL
                """,
                EndReason.SESSION_TIMEOUT,
                sessions);
    }

    private static Object[] eventRow(SessionEvent event) {
        EventColumns columns = EventColumns.of(event.change());
        return new Object[] {
            event.sequence(),
            event.at(),
            columns.name(),
            event.channel(),
            columns.source(),
            event.carried().octetsFromClient(),
            event.carried().octetsToClient(),
            event.carried().packetsFromClient(),
            event.carried().packetsToClient(),
            columns.endReason(),
            event.session()
        };
    }

    private static TeleworkerSession session(ResultSet row) throws SQLException {
        return new TeleworkerSession(
                new SessionId(row.getString("id")),
                row.getObject("gateway", UUID.class),
                row.getObject("teleworker", UUID.class),
                row.getString("username"),
                row.getString("group_name"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "not_after"),
                row.getString("source"),
                Channel.valueOf(row.getString("channel")),
                Optional.ofNullable(row.getString("inner_v4")),
                Optional.ofNullable(row.getString("inner_v6")),
                new Counters(
                        row.getLong("octets_from_client"),
                        row.getLong("octets_to_client"),
                        row.getLong("packets_from_client"),
                        row.getLong("packets_to_client")),
                Sql.instantIfAny(row, "last_event_at"),
                Sql.instantIfAny(row, "ending_at"),
                Sql.instantIfAny(row, "ended_at"),
                Optional.ofNullable(row.getString("end_reason")).map(EndReason::valueOf));
    }
}
