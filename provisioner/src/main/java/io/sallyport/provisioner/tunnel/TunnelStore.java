package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.deviceconfig.DeviceFamily;
import io.sallyport.provisioner.tunnel.Tunnel.ConcentratorEnd;
import io.sallyport.provisioner.tunnel.Tunnel.Credential;
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows of tunnels. Every method blocks and runs in the caller's transaction. */
@Singleton
class TunnelStore {
    private static final String SELECT =
            """
            SELECT t.id, t.customer, t.branch, t.identity, t.state, t.certificate,
                x.serial_number, x.not_before, x.not_after, x.revoked_at IS NOT NULL AS revoked,
                host(t.probe_address) AS probe_address,
                o.id AS branch_order, o.device_family, o.certificate_request IS NOT NULL AS own_key,
                o.state IN ('READY', 'LIVE') AS ready,
                c.id AS concentrator, c.name AS concentrator_name, c.identity AS concentrator_identity,
                c.ike_address, c.protected_networks AS concentrator_networks,
                ARRAY(SELECT n.network::text FROM tunnel_network n WHERE n.tunnel = t.id ORDER BY n.network)
                    AS networks
            FROM tunnel t JOIN concentrator c ON c.id = t.concentrator JOIN branch_order o ON o.tunnel = t.id
                LEFT JOIN certificate x ON x.id = t.certificate
            """;

    private final Sql sql;

    TunnelStore(Sql sql) {
        this.sql = sql;
    }

    Optional<Tunnel> find(UUID customer, UUID id) {
        return sql.first(
                SELECT + "WHERE t.customer = ? AND t.id = ?", TunnelStore::tunnel, customer, id);
    }

    List<Tunnel> page(UUID customer, @Nullable UUID after, int limit) {
        return sql.list(
                SELECT
                        + """
                        WHERE t.customer = ? AND (?::uuid IS NULL OR t.id > ?::uuid)
                        ORDER BY t.id LIMIT ?
                        """,
                TunnelStore::tunnel,
                customer,
                after,
                after,
                limit);
    }

    /** Those that the concentrator's charon has to have. */
    List<Tunnel> configured(UUID concentrator) {
        return sql.list(
                SELECT
                        + """
                        WHERE t.concentrator = ? AND t.state = 'ACTIVE' AND t.certificate IS NOT NULL
                        ORDER BY t.id
                        """,
                TunnelStore::tunnel,
                concentrator);
    }

    /**
     * The latest revocation of a certificate of each branch that the concentrator's charon has to
     * have. One that was superseded is none: the branch has another, and its SA may stand on that.
     */
    Map<UUID, Revocation> revocations(UUID concentrator) {
        Map<UUID, Revocation> revocations = new HashMap<>();
        sql.list(
                """
                SELECT DISTINCT ON (t.id) t.id, c.serial_number, c.revocation_reason
                FROM tunnel t JOIN certificate c ON c.subject = t.identity AND c.profile = 'branch'
                WHERE t.concentrator = ? AND t.state = 'ACTIVE' AND t.certificate IS NOT NULL
                    AND c.revoked_at >= t.created_at AND c.revocation_reason <> 'SUPERSEDED'
                ORDER BY t.id, c.revoked_at DESC, c.id
                """,
                row ->
                        revocations.put(
                                row.getObject("id", UUID.class),
                                new Revocation(
                                        row.getString("serial_number"),
                                        Certificate.reasonInWords(
                                                row.getString("revocation_reason")))),
                concentrator);
        return revocations;
    }

    void insert(
            UUID id,
            UUID customer,
            UUID concentrator,
            String branch,
            DnsName identity,
            IpAddress probeAddress,
            List<IpNetwork> networks,
            Instant at) {
        sql.update(
                """
                INSERT INTO tunnel (id, customer, concentrator, branch, identity, probe_address, state, created_at)
                VALUES (?, ?, ?, ?, ?, ?::inet, 'ACTIVE', ?)
                """,
                id,
                customer,
                concentrator,
                branch,
                identity,
                probeAddress,
                at);
        sql.update(
                """
                INSERT INTO tunnel_network (tunnel, network, customer, concentrator)
                SELECT ?, network::cidr, ?, ? FROM unnest(?) AS network
                """,
                id,
                customer,
                concentrator,
                networks);
    }

    void setConfigured(UUID id, UUID certificate, long version) {
        sql.update(
                "UPDATE tunnel SET certificate = ?, configured_version = ? WHERE id = ?",
                certificate,
                version,
                id);
    }

    void setEnding(UUID id, long version, Instant at) {
        sql.update(
                """
                UPDATE tunnel SET state = 'ENDING', ending_version = ?, ending_at = ?
                WHERE id = ? AND state = 'ACTIVE'
                """,
                version,
                at,
                id);
        sql.update("DELETE FROM branch_key WHERE tunnel = ?", id);
    }

    /** Ends one that no concentrator ever heard of. */
    void setEnded(UUID id, Instant at) {
        sql.update(
                "UPDATE tunnel SET state = 'ENDED', ending_at = ?, ended_at = ? WHERE id = ?",
                at,
                at,
                id);
        sql.update("UPDATE tunnel_network SET occupied = false WHERE tunnel = ?", id);
    }

    /** Ends those that the concentrator no longer has, and gives their ids. */
    List<UUID> endRemoved(UUID concentrator, long appliedVersion, Instant at) {
        List<UUID> ended =
                sql.list(
                        """
                        UPDATE tunnel SET state = 'ENDED', ended_at = ?
                        WHERE concentrator = ? AND state = 'ENDING' AND ending_version <= ?
                        RETURNING id
                        """,
                        row -> row.getObject("id", UUID.class),
                        at,
                        concentrator,
                        appliedVersion);
        if (!ended.isEmpty()) {
            sql.update("UPDATE tunnel_network SET occupied = false WHERE tunnel = ANY(?)", ended);
        }
        return ended;
    }

    private static Tunnel tunnel(ResultSet row) throws SQLException {
        return new Tunnel(
                row.getObject("id", UUID.class),
                row.getObject("branch_order", UUID.class),
                row.getObject("customer", UUID.class),
                row.getString("branch"),
                new DnsName(row.getString("identity")),
                Tunnel.State.valueOf(row.getString("state")),
                DeviceFamily.labelled(row.getString("device_family")).orElseThrow(),
                row.getBoolean("own_key"),
                row.getBoolean("ready"),
                row.getObject("certificate", UUID.class),
                credential(row),
                new ConcentratorEnd(
                        row.getObject("concentrator", UUID.class),
                        row.getString("concentrator_name"),
                        new DnsName(row.getString("concentrator_identity")),
                        IpAddress.parse(row.getString("ike_address")),
                        networks(row, "concentrator_networks")),
                networks(row, "networks"),
                IpAddress.parse(row.getString("probe_address")));
    }

    private static @Nullable Credential credential(ResultSet row) throws SQLException {
        String serialNumber = row.getString("serial_number");
        return serialNumber == null
                ? null
                : new Credential(
                        serialNumber,
                        Sql.instant(row, "not_before"),
                        Sql.instant(row, "not_after"),
                        row.getBoolean("revoked"));
    }

    private static List<IpNetwork> networks(ResultSet row, String column) throws SQLException {
        return Sql.texts(row, column).stream().map(IpNetwork::parse).toList();
    }
}
