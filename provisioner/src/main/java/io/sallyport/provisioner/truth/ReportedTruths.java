package io.sallyport.provisioner.truth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.core.annotation.Order;
import io.sallyport.provisioner.concentrator.ObservationListener;
import io.sallyport.provisioner.concentrator.PlainText;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.SecurityAssociation;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;
import io.sallyport.wire.WireJson;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Keeps what concentrators say of tunnels: the present truth, and every change of it. */
@Singleton
@Order(10)
class ReportedTruths implements ObservationListener {
    private final Sql sql;

    ReportedTruths(Sql sql) {
        this.sql = sql;
    }

    private record Known(UUID customer, boolean live, Map<Truth, Reconciliation> truths) {}

    @Override
    public void observed(UUID concentrator, ObservationReport report, boolean gap) {
        Map<UUID, Known> known = known(concentrator);
        Map<UUID, List<TruthChange>> told =
                report.changes().stream().collect(Collectors.groupingBy(TruthChange::tunnel));
        // Of a tunnel that is listed twice the last word counts.
        Map<UUID, TunnelObservation> observed =
                report.tunnels().stream()
                        .collect(
                                Collectors.toMap(
                                        TunnelObservation::tunnel,
                                        Function.identity(),
                                        (_, last) -> last));
        List<TruthChange> real = new ArrayList<>();
        List<Object[]> observations = new ArrayList<>();
        // A concentrator speaks only of its own tunnels, and of an ended one perhaps once more:
        // what
        // it says of others is passed over.
        known.forEach(
                (id, before) -> {
                    TunnelObservation tunnel = observed.get(id);
                    if (tunnel == null) {
                        before.truths()
                                .forEach(
                                        (truth, was) ->
                                                real.addAll(was.without(report, id, truth)));
                        observations.add(new Object[] {id, null, null, null, 0, 0});
                    } else {
                        List<TruthChange> ofTunnel = told.getOrDefault(id, List.of());
                        real.addAll(changes(report, gap, tunnel, ofTunnel, before));
                        observations.add(observation(tunnel));
                    }
                });
        real.sort(Comparator.comparing(TruthChange::at));
        write(real, known);
        sql.updateEach(
                """
                UPDATE tunnel_observation
                SET problem = new.problem, security_association = new.sa, round_trip_microseconds = new.round_trip,
                    probes_answered = probes_answered + new.answered, probes_lost = probes_lost + new.lost
                FROM (SELECT ?::uuid AS tunnel, ?::text AS problem, ?::jsonb AS sa, ?::bigint AS round_trip,
                             ?::bigint AS answered, ?::bigint AS lost) AS new
                WHERE tunnel_observation.tunnel = new.tunnel
                    AND ((tunnel_observation.problem, security_association, round_trip_microseconds)
                        IS DISTINCT FROM (new.problem, new.sa, new.round_trip)
                        OR new.answered + new.lost > 0)
                """,
                observations);
    }

    private Map<UUID, Known> known(UUID concentrator) {
        Map<UUID, Known> known = new HashMap<>();
        sql.list(
                """
                SELECT t.tunnel, t.customer, o.live_at, t.truth, t.holds, t.since
                FROM tunnel JOIN tunnel_truth t ON t.tunnel = tunnel.id
                    JOIN tunnel_observation o ON o.tunnel = tunnel.id
                WHERE tunnel.concentrator = ? AND tunnel.state <> 'ENDED'
                """,
                row -> addTo(known, row),
                concentrator);
        return known;
    }

    private static Known addTo(Map<UUID, Known> known, ResultSet row) throws SQLException {
        UUID tunnel = row.getObject("tunnel", UUID.class);
        Known one = known.get(tunnel);
        if (one == null) {
            one =
                    new Known(
                            row.getObject("customer", UUID.class),
                            Sql.instantIfAny(row, "live_at").isPresent(),
                            new EnumMap<>(Truth.class));
            known.put(tunnel, one);
        }
        one.truths()
                .put(
                        Truth.valueOf(row.getString("truth")),
                        new Reconciliation(row.getBoolean("holds"), Sql.instant(row, "since")));
        return one;
    }

    private static List<TruthChange> changes(
            ObservationReport report,
            boolean gap,
            TunnelObservation tunnel,
            List<TruthChange> told,
            Known before) {
        List<TruthChange> real = new ArrayList<>();
        before.truths()
                .forEach(
                        (truth, known) -> {
                            List<TruthChange> ofTruth =
                                    told.stream()
                                            .filter(change -> change.truth() == truth)
                                            .toList();
                            real.addAll(known.with(report, gap, tunnel, truth, ofTruth));
                        });
        return real;
    }

    private void write(List<TruthChange> changes, Map<UUID, Known> known) {
        List<Object[]> history = new ArrayList<>();
        List<Object[]> present = new ArrayList<>();
        List<Object[]> live = new ArrayList<>();
        for (TruthChange change : changes) {
            Known of = known.get(change.tunnel());
            String cause = PlainText.of(change.cause());
            String truth = change.truth().name();
            history.add(
                    new Object[] {
                        change.tunnel(), of.customer(), truth, change.holds(), change.at(), cause
                    });
            present.add(new Object[] {change.holds(), change.at(), cause, change.tunnel(), truth});
            if (change.truth() == Truth.CARRYING && change.holds() && !of.live()) {
                live.add(new Object[] {change.at(), change.tunnel()});
            }
        }
        sql.updateEach(
                "INSERT INTO truth_change (tunnel, customer, truth, holds, at, cause) VALUES (?, ?,"
                        + " ?, ?, ?, ?)",
                history);
        sql.updateEach(
                "UPDATE tunnel_truth SET holds = ?, since = ?, cause = ? WHERE tunnel = ? AND truth"
                        + " = ?",
                present);
        sql.updateEach(
                "UPDATE tunnel_observation SET live_at = ? WHERE tunnel = ? AND live_at IS NULL",
                live);
    }

    private static Object[] observation(TunnelObservation tunnel) {
        return new Object[] {
            tunnel.tunnel(),
            tunnel.problem().map(PlainText::of).orElse(null),
            tunnel.established().map(ReportedTruths::json).orElse(null),
            microseconds(tunnel.roundTrip()),
            tunnel.probes().answered(),
            tunnel.probes().lost()
        };
    }

    private static Long microseconds(Optional<Duration> roundTrip) {
        return roundTrip.map(duration -> duration.toNanos() / 1_000).orElse(null);
    }

    private static String json(SecurityAssociation association) {
        return new String(
                WireJson.encode(
                        new SecurityAssociation(
                                association.establishedAt(),
                                association.remoteAddress(),
                                PlainText.of(association.ikeAlgorithms()),
                                PlainText.of(association.espAlgorithms()),
                                association.octetsIn(),
                                association.octetsOut(),
                                association.authenticatedAt())),
                UTF_8);
    }
}
