package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.ObservationReport.SecurityAssociation;
import io.sallyport.wire.WireJson;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What a rotation looks at. Every method blocks and runs in the caller's transaction. */
@Singleton
class TunnelSight {
    private final Sql sql;

    TunnelSight(Sql sql) {
        this.sql = sql;
    }

    /**
     * What its concentrator said last of a tunnel.
     *
     * @param active whether it is still ordered
     * @param carryingSince when it began or ceased to carry
     * @param authenticatedAt by the concentrator's clock; null if nobody watched, or without an SA
     * @param lost probes, since it was first observed
     * @param watchedTo until when the concentrator watched, by its clock; null before its first
     *     report
     * @param certificate the branch's newest
     * @param issuer common name of the authority that issued it
     */
    record Seen(
            boolean active,
            boolean established,
            boolean carrying,
            Instant carryingSince,
            @Nullable Instant authenticatedAt,
            long lost,
            @Nullable Instant watchedTo,
            @Nullable UUID certificate,
            @Nullable String issuer) {}

    Optional<Seen> of(UUID tunnel) {
        return sql.first(
                """
                SELECT t.state = 'ACTIVE' AS active, t.certificate, i.authority AS issuer, e.holds AS established, c.holds AS carrying,
                       c.since AS carrying_since, o.security_association::text AS sa, o.probes_lost,
                       (SELECT max(watched_to) FROM observation_span s
                         WHERE s.concentrator = t.concentrator) AS watched_to
                  FROM tunnel t
                  JOIN tunnel_observation o ON o.tunnel = t.id
                  JOIN tunnel_truth e ON e.tunnel = t.id AND e.truth = 'ESTABLISHED'
                  JOIN tunnel_truth c ON c.tunnel = t.id AND c.truth = 'CARRYING'
                  LEFT JOIN certificate i ON i.id = t.certificate
                 WHERE t.id = ?
                """,
                TunnelSight::seen,
                tunnel);
    }

    private static Seen seen(ResultSet row) throws SQLException {
        String sa = row.getString("sa");
        return new Seen(
                row.getBoolean("active"),
                row.getBoolean("established"),
                row.getBoolean("carrying"),
                Sql.instant(row, "carrying_since"),
                sa == null ? null : authenticatedAt(sa),
                row.getLong("probes_lost"),
                Sql.instantIfAny(row, "watched_to").orElse(null),
                row.getObject("certificate", UUID.class),
                row.getString("issuer"));
    }

    @Nullable
    private static Instant authenticatedAt(String sa) {
        try {
            return WireJson.decode(sa.getBytes(StandardCharsets.UTF_8), SecurityAssociation.class)
                    .authenticatedAt()
                    .orElse(null);
        } catch (MalformedWireException e) {
            throw new IllegalStateException("a stored security association is damaged", e);
        }
    }
}
