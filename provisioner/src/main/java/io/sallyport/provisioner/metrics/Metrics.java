package io.sallyport.provisioner.metrics;

import io.micronaut.transaction.TransactionDefinition.Isolation;
import io.micronaut.transaction.annotation.Transactional;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.login.LoginCounts;
import io.sallyport.provisioner.truth.Evidence;
import io.sallyport.provisioner.truth.Holds;
import io.sallyport.provisioner.truth.Truths;
import io.sallyport.provisioner.truth.Truths.Truth;
import io.sallyport.provisioner.truth.TunnelEvidence;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What Prometheus is told. Each gauge is read with the labels of its own row in one snapshot of the
 * database; nothing is kept between scrapes that could go stale or be mixed up. Counters are those
 * of this process.
 */
@Singleton
class Metrics {
    private record LabelledTunnel(UUID id, Labels labels) {}

    private final Sql sql;
    private final TunnelEvidence evidence;
    private final LoginCounts logins;
    private final CertificateMetrics certificates;

    Metrics(Sql sql, TunnelEvidence evidence, LoginCounts logins, CertificateMetrics certificates) {
        this.sql = sql;
        this.evidence = evidence;
        this.logins = logins;
        this.certificates = certificates;
    }

    /** All metrics as they are now. Blocks. */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    MetricSnapshots snapshot() {
        List<LabelledTunnel> tunnels = tunnels();
        Map<UUID, Evidence> known = evidence.of(tunnels.stream().map(LabelledTunnel::id).toList());
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        certificates.snapshots().forEach(all::metricSnapshot);
        return all.metricSnapshot(
                        truth(
                                "ordered",
                                "The tunnel is ordered and not cancelled.",
                                Truths::ordered,
                                tunnels,
                                known))
                .metricSnapshot(
                        truth(
                                "loaded",
                                "charon has the connection; 0 also when nobody watches.",
                                Truths::loaded,
                                tunnels,
                                known))
                .metricSnapshot(
                        truth(
                                "established",
                                "Security associations exist; 0 also when nobody watches.",
                                Truths::established,
                                tunnels,
                                known))
                .metricSnapshot(
                        truth(
                                "carrying",
                                "A probe just crossed the tunnel; 0 also when nobody watches.",
                                Truths::carrying,
                                tunnels,
                                known))
                .metricSnapshot(watched(tunnels, known))
                .metricSnapshot(roundTrip(tunnels, known))
                .metricSnapshot(lastSeen())
                .metricSnapshot(versionsBehind())
                .metricSnapshot(orders())
                .metricSnapshot(logins())
                .build();
    }

    private List<LabelledTunnel> tunnels() {
        return sql.list(
                """
                SELECT t.id, t.branch, u.name AS customer, c.name AS concentrator
                FROM tunnel t JOIN customer u ON u.id = t.customer JOIN concentrator c ON c.id = t.concentrator
                WHERE t.state <> 'ENDED' ORDER BY t.id
                """,
                row ->
                        new LabelledTunnel(
                                row.getObject("id", UUID.class),
                                Labels.of(
                                        "tunnel", row.getString("id"),
                                        "branch", row.getString("branch"),
                                        "customer", row.getString("customer"),
                                        "concentrator", row.getString("concentrator"))));
    }

    private static GaugeSnapshot truth(
            String name,
            String help,
            Function<Truths, Truth> which,
            List<LabelledTunnel> tunnels,
            Map<UUID, Evidence> known) {
        return perTunnel(
                "sallyport_tunnel_" + name,
                help,
                tunnels,
                tunnel -> which.apply(known.get(tunnel.id()).truths()).holds() == Holds.YES);
    }

    private static GaugeSnapshot watched(List<LabelledTunnel> tunnels, Map<UUID, Evidence> known) {
        return perTunnel(
                "sallyport_tunnel_watched",
                "Its concentrator was heard of just now, so that the other truths are known.",
                tunnels,
                tunnel -> known.get(tunnel.id()).truths().carrying().holds() != Holds.UNKNOWN);
    }

    private static GaugeSnapshot perTunnel(
            String name,
            String help,
            List<LabelledTunnel> tunnels,
            Function<LabelledTunnel, Boolean> holds) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        tunnels.forEach(
                tunnel -> gauge.dataPoint(point(tunnel.labels(), holds.apply(tunnel) ? 1 : 0)));
        return gauge.build();
    }

    private static GaugeSnapshot roundTrip(
            List<LabelledTunnel> tunnels, Map<UUID, Evidence> known) {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder()
                        .name("sallyport_tunnel_round_trip_seconds")
                        .unit(Unit.SECONDS)
                        .help("Round trip of the last probe; absent while none comes back.");
        for (LabelledTunnel tunnel : tunnels) {
            Duration roundTrip = known.get(tunnel.id()).roundTrip();
            if (roundTrip != null) {
                gauge.dataPoint(point(tunnel.labels(), roundTrip.toNanos() / 1e9));
            }
        }
        return gauge.build();
    }

    private GaugeSnapshot lastSeen() {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder()
                        .name("sallyport_concentrator_last_seen_timestamp_seconds")
                        .unit(Unit.SECONDS)
                        .help("When the concentrator was last heard of; absent if never.");
        sql.list(
                "SELECT name, last_seen FROM concentrator WHERE last_seen IS NOT NULL ORDER BY"
                        + " name",
                row -> {
                    Instant seen = Sql.instant(row, "last_seen");
                    return gauge.dataPoint(
                            point(
                                    Labels.of("concentrator", row.getString("name")),
                                    seen.getEpochSecond() + seen.getNano() / 1e9));
                });
        return gauge.build();
    }

    private GaugeSnapshot versionsBehind() {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder()
                        .name("sallyport_concentrator_versions_behind")
                        .help("Changes of the desired state that charon does not have yet.");
        sql.list(
                """
                SELECT name, desired_version - coalesce(applied_version, 0) AS behind FROM concentrator
                ORDER BY name
                """,
                row ->
                        gauge.dataPoint(
                                point(
                                        Labels.of("concentrator", row.getString("name")),
                                        row.getDouble("behind"))));
        return gauge.build();
    }

    private GaugeSnapshot orders() {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder()
                        .name("sallyport_orders")
                        .help("Orders by state, all that were ever placed.");
        sql.list(
                """
                SELECT state, count(o.id) AS number
                FROM unnest(?) AS state LEFT JOIN branch_order o USING (state) GROUP BY state ORDER BY state
                """,
                row ->
                        gauge.dataPoint(
                                point(
                                        Labels.of("state", row.getString("state")),
                                        row.getDouble("number"))),
                List.of("ACCEPTED", "CONFIGURED", "READY", "LIVE", "FAILED"));
        return gauge.build();
    }

    private CounterSnapshot logins() {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder()
                        .name("sallyport_teleworker_logins")
                        .help("Logins of teleworkers that gateways asked about, by outcome.");
        logins.byOutcome()
                .forEach(
                        (outcome, count) ->
                                counter.dataPoint(
                                        CounterDataPointSnapshot.builder()
                                                .labels(Labels.of("outcome", outcome))
                                                .value(count)
                                                .build()));
        return counter.build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
