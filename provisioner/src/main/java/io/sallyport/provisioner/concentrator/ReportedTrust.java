package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Order;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.ObservationReport;

import jakarta.inject.Singleton;

import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Keeps what charon of each concentrator says it trusts; a roll-over waits for it. */
@Singleton
@Order(20)
class ReportedTrust implements ObservationListener {
    private final Sql sql;

    ReportedTrust(Sql sql) {
        this.sql = sql;
    }

    @Override
    public void observed(UUID concentrator, ObservationReport report, boolean gap) {
        report.trust().ifPresent(trust -> keep(concentrator, trust));
    }

    private void keep(UUID concentrator, Set<String> trust) {
        sql.update(
                """
                INSERT INTO concentrator_trust (concentrator, fingerprints) VALUES (?, ?)
                ON CONFLICT (concentrator) DO UPDATE SET fingerprints = excluded.fingerprints
                 WHERE concentrator_trust.fingerprints <> excluded.fingerprints
                """,
                concentrator,
                new TreeSet<>(trust));
    }
}
