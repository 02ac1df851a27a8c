package io.sallyport.provisioner.truth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.truth.Truths.Truth;
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.ObservationReport.SecurityAssociation;
import io.sallyport.wire.WireJson;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What is known of tunnels, and since when. Every method blocks on the database. */
@Singleton
public class TunnelEvidence {
    /** A concentrator that was silent for longer does not watch, as far as anybody can tell. */
    public static final Duration SILENCE = Duration.ofSeconds(15);

    private final Sql sql;
    private final Clock clock;

    TunnelEvidence(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Begins the evidence of a tunnel that was ordered just now. */
    public void begin(UUID tunnel, UUID customer, Instant at) {
        sql.update(
                "INSERT INTO tunnel_observation (tunnel, customer) VALUES (?, ?)",
                tunnel,
                customer);
        sql.update(
                """
                INSERT INTO tunnel_truth (tunnel, customer, truth, holds, since, cause)
                SELECT ?, ?, truth, false, ?, 'ordered just now' FROM unnest(?) AS truth
                """,
                tunnel,
                customer,
                at,
                List.of("LOADED", "ESTABLISHED", "CARRYING"));
    }

    /** What is known of these tunnels, by their id; without those that do not exist. */
    @Transactional(readOnly = true)
    public Map<UUID, Evidence> of(Collection<UUID> tunnels) {
        Map<UUID, Evidence> evidence = new HashMap<>();
        if (tunnels.isEmpty()) {
            return evidence;
        }
        sql.list(
                """
                SELECT t.id, t.state, t.created_at, t.ending_at, t.ended_at, c.name, c.last_seen,
                    x.revocation_reason,
                    o.problem, o.security_association::text, o.round_trip_microseconds,
                    l.holds AS loaded, l.since AS loaded_since, l.cause AS loaded_cause,
                    e.holds AS established, e.since AS established_since, e.cause AS established_cause,
                    r.holds AS carrying, r.since AS carrying_since, r.cause AS carrying_cause
                FROM tunnel t
                    JOIN concentrator c ON c.id = t.concentrator
                    LEFT JOIN certificate x ON x.id = t.certificate
                    JOIN tunnel_observation o ON o.tunnel = t.id
                    JOIN tunnel_truth l ON l.tunnel = t.id AND l.truth = 'LOADED'
                    JOIN tunnel_truth e ON e.tunnel = t.id AND e.truth = 'ESTABLISHED'
                    JOIN tunnel_truth r ON r.tunnel = t.id AND r.truth = 'CARRYING'
                WHERE t.id = ANY(?)
                """,
                row -> evidence.put(row.getObject("id", UUID.class), evidence(row)),
                tunnels);
        return evidence;
    }

    /**
     * How long a tunnel carried traffic. Counts from when it first did, to its end.
     *
     * @param from beginning of the period asked for
     * @param to end of the period asked for
     */
    @Transactional(readOnly = true)
    public Availability availability(UUID tunnel, Instant from, Instant to) {
        record Life(UUID concentrator, Instant begin, Instant end) {}
        Life life =
                sql.first(
                                """
                                SELECT t.concentrator, o.live_at, coalesce(t.ending_at, t.ended_at) AS ended
                                FROM tunnel t JOIN tunnel_observation o ON o.tunnel = t.id WHERE t.id = ?
                                """,
                                row ->
                                        new Life(
                                                row.getObject("concentrator", UUID.class),
                                                Sql.instantIfAny(row, "live_at").orElse(to),
                                                Sql.instantIfAny(row, "ended").orElse(to)),
                                tunnel)
                        .orElseThrow();
        Instant begin = latest(from, life.begin());
        Instant end = earliest(earliest(to, life.end()), clock.instant());
        return Availability.compute(
                begin, end, changes(tunnel, begin, end), spans(life.concentrator(), begin, end));
    }

    // Those within, and the one before that says how it begins.
    private List<Availability.Change> changes(UUID tunnel, Instant from, Instant to) {
        return sql.list(
                """
                (SELECT id, at, holds, cause FROM truth_change
                WHERE tunnel = ? AND truth = 'CARRYING' AND at <= ? ORDER BY at DESC, id DESC LIMIT 1)
                UNION ALL
                SELECT id, at, holds, cause FROM truth_change
                WHERE tunnel = ? AND truth = 'CARRYING' AND at > ? AND at < ?
                ORDER BY at, id
                """,
                row ->
                        new Availability.Change(
                                Sql.instant(row, "at"),
                                row.getBoolean("holds"),
                                row.getString("cause")),
                tunnel,
                from,
                tunnel,
                from,
                to);
    }

    private List<Availability.Span> spans(UUID concentrator, Instant from, Instant to) {
        return sql.list(
                """
                SELECT watched_from, watched_to FROM observation_span
                WHERE concentrator = ? AND watched_to > ? AND watched_from < ?
                """,
                row ->
                        new Availability.Span(
                                Sql.instant(row, "watched_from"), Sql.instant(row, "watched_to")),
                concentrator,
                from,
                to);
    }

    private Evidence evidence(ResultSet row) throws SQLException {
        Optional<Instant> ended = Sql.instantIfAny(row, "ended_at");
        if (ended.isPresent()) {
            Truth no = new Truth(Holds.NO, ended.get(), "the tunnel was ended");
            return new Evidence(new Truths(no, no, no, no), null, null, null);
        }
        Optional<Instant> ending = Sql.instantIfAny(row, "ending_at");
        Truth ordered =
                ending.map(at -> new Truth(Holds.NO, at, "the tunnel is being ended"))
                        .orElse(new Truth(Holds.YES, Sql.instant(row, "created_at"), "ordered"));
        Optional<Instant> lastSeen = Sql.instantIfAny(row, "last_seen");
        if (lastSeen.isEmpty() || lastSeen.get().isBefore(clock.instant().minus(SILENCE))) {
            Truth unknown = unknown(row.getString("name"), lastSeen);
            return new Evidence(
                    new Truths(ordered, unknown, unknown, unknown),
                    null,
                    row.getString("problem"),
                    null);
        }
        long microseconds = row.getLong("round_trip_microseconds");
        Duration roundTrip = row.wasNull() ? null : Duration.ofNanos(microseconds * 1_000);
        return new Evidence(
                new Truths(
                        ordered,
                        truth(row, "loaded"),
                        unlessRevoked(row, truth(row, "established"), ending.isPresent()),
                        unlessRevoked(row, truth(row, "carrying"), ending.isPresent())),
                association(row.getString("security_association")),
                row.getString("problem"),
                roundTrip);
    }

    private static Truth unknown(String concentrator, Optional<Instant> lastSeen) {
        return new Truth(
                Holds.UNKNOWN,
                lastSeen.orElse(null),
                lastSeen.map(
                                at ->
                                        "concentrator %s was last heard of at %s"
                                                .formatted(concentrator, at))
                        .orElse("concentrator %s was never heard of".formatted(concentrator)));
    }

    private static Truth truth(ResultSet row, String name) throws SQLException {
        return new Truth(
                row.getBoolean(name) ? Holds.YES : Holds.NO,
                Sql.instant(row, name + "_since"),
                row.getString(name + "_cause"));
    }

    /** Whatever ended it, it cannot come up again before the branch has another certificate. */
    private static Truth unlessRevoked(ResultSet row, Truth truth, boolean ending)
            throws SQLException {
        String reason = row.getString("revocation_reason");
        return reason == null || ending || truth.holds() != Holds.NO
                ? truth
                : new Truth(
                        Holds.NO,
                        truth.since(),
                        new Revocation("", Certificate.reasonInWords(reason)).cause());
    }

    private static SecurityAssociation association(String json) {
        if (json == null) {
            return null;
        }
        try {
            return WireJson.decode(json.getBytes(UTF_8), SecurityAssociation.class);
        } catch (MalformedWireException e) {
            throw new IllegalStateException("a stored security association is damaged", e);
        }
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
