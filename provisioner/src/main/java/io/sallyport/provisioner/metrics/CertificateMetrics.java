package io.sallyport.provisioner.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;
import io.sallyport.provisioner.authority.RenewalWindow;
import io.sallyport.provisioner.authority.RenewalWindow.State;
import io.sallyport.provisioner.authority.RootRevocationList;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ends of the certificates that their holders renew by themselves: of branches, concentrators
 * and gateways, the newest of each; and of the root's CRL. Teleworkers are not among them: a
 * computer that is switched off is not late. Runs in the caller's transaction and blocks.
 */
@Singleton
class CertificateMetrics {
    private static final String ROOT_LIST =
            "sallyport_root_revocation_list_next_update_timestamp_seconds";

    private record Held(Labels labels, RenewalWindow window) {}

    private final Sql sql;
    private final RootRevocationList rootList;
    private final Clock clock;

    CertificateMetrics(Sql sql, RootRevocationList rootList, Clock clock) {
        this.sql = sql;
        this.rootList = rootList;
        this.clock = clock;
    }

    List<GaugeSnapshot> snapshots() {
        Instant now = clock.instant();
        GaugeSnapshot.Builder ends =
                GaugeSnapshot.builder()
                        .name("sallyport_certificate_not_after_timestamp_seconds")
                        .unit(Unit.SECONDS)
                        .help("When the newest certificate of this holder ends.");
        GaugeSnapshot.Builder late =
                GaugeSnapshot.builder()
                        .name("sallyport_certificate_renewal_late")
                        .help(
                                "The holder should have renewed its certificate: five sixths of its"
                                        + " life are over.");
        for (Held held : held()) {
            State state = held.window().at(now);
            ends.dataPoint(point(held, (double) held.window().notAfter().getEpochSecond()));
            late.dataPoint(point(held, state == State.LATE || state == State.EXPIRED ? 1 : 0));
        }
        return Stream.concat(Stream.of(ends.build(), late.build()), rootList().stream()).toList();
    }

    /** When the root has to have signed another CRL; nothing where it never signed one. */
    private Optional<GaugeSnapshot> rootList() {
        return rootList.newest()
                .map(
                        list ->
                                GaugeSnapshot.builder()
                                        .name(ROOT_LIST)
                                        .unit(Unit.SECONDS)
                                        .help("Until when the root's CRL is good.")
                                        .dataPoint(
                                                GaugeDataPointSnapshot.builder()
                                                        .value(
                                                                (double)
                                                                        list.nextUpdate()
                                                                                .getEpochSecond())
                                                        .build())
                                        .build());
    }

    private List<Held> held() {
        return sql.list(
                """
                SELECT h.identity, c.profile, c.not_before, c.not_after
                FROM (SELECT identity, certificate FROM tunnel WHERE state = 'ACTIVE'
                      UNION ALL SELECT identity, client_certificate FROM concentrator
                      UNION ALL SELECT identity, ike_certificate FROM concentrator
                      UNION ALL SELECT identity, client_certificate FROM gateway
                      UNION ALL SELECT identity, server_certificate FROM gateway) h
                JOIN certificate c ON c.id = h.certificate
                ORDER BY c.profile, h.identity
                """,
                row ->
                        new Held(
                                Labels.of(
                                        "purpose", row.getString("profile"),
                                        "identity", row.getString("identity")),
                                RenewalWindow.of(
                                        Sql.instant(row, "not_before"),
                                        Sql.instant(row, "not_after"))));
    }

    private static GaugeDataPointSnapshot point(Held held, double value) {
        return GaugeDataPointSnapshot.builder().labels(held.labels()).value(value).build();
    }
}
