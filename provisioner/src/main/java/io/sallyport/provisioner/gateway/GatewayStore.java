package io.sallyport.provisioner.gateway;

import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.Octets;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows of gateways. Every method blocks and runs in the caller's transaction. */
@Singleton
class GatewayStore {
    private static final String SELECT =
            """
            SELECT g.*, c.name AS customer_name FROM gateway g JOIN customer c ON c.id = g.customer
            """;

    private final Sql sql;

    GatewayStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * The one-time secret of a gateway; its row is locked.
     *
     * @param requestHash of what it was used with, if it was
     */
    record Enrolment(
            UUID gateway, String secretHash, Instant expiresAt, Optional<String> requestHash) {}

    Optional<UUID> customer(String name) {
        return sql.first(
                "SELECT id FROM customer WHERE name = ?",
                row -> row.getObject("id", UUID.class),
                name);
    }

    void insert(UUID id, UUID customer, DnsName identity, GatewayRegistration typed, Instant at) {
        sql.update(
                """
                INSERT INTO gateway (id, name, customer, identity, server_names, pool_v4, pool_v6,
                                     outer_mtu, dtls_port, disconnected_timeout_seconds, created_at)
                VALUES (?, ?, ?, ?, ?, ?::cidr, ?::cidr, ?, ?, ?, ?)
                """,
                id,
                typed.name(),
                customer,
                identity,
                typed.serverNames(),
                typed.poolV4(),
                typed.poolV6().orElse(null),
                typed.outerMtu(),
                typed.dtlsPort(),
                typed.disconnectedTimeoutSeconds(),
                at);
    }

    void insertEnrolment(UUID gateway, String secretHash, Instant expiresAt) {
        sql.update(
                "INSERT INTO gateway_enrolment (gateway, secret_hash, expires_at) VALUES (?, ?, ?)",
                gateway,
                secretHash,
                expiresAt);
    }

    /** The secret before it is not known any more. */
    void renewEnrolment(UUID gateway, String secretHash, Instant expiresAt) {
        sql.update(
                """
                UPDATE gateway_enrolment SET secret_hash = ?, expires_at = ?, request_hash = NULL
                 WHERE gateway = ?
                """,
                secretHash,
                expiresAt,
                gateway);
    }

    List<Gateway> all() {
        return sql.list(SELECT + " ORDER BY g.name", GatewayStore::gateway);
    }

    List<Gateway> of(UUID customer) {
        return sql.list(
                SELECT + " WHERE g.customer = ? ORDER BY g.name", GatewayStore::gateway, customer);
    }

    Optional<Gateway> find(UUID id) {
        return sql.first(SELECT + " WHERE g.id = ?", GatewayStore::gateway, id);
    }

    /** Locks the row of the secret: of two uses one waits. */
    Optional<Enrolment> lockEnrolment(String secretHash) {
        return sql.first(
                "SELECT * FROM gateway_enrolment WHERE secret_hash = ? FOR UPDATE",
                row ->
                        new Enrolment(
                                row.getObject("gateway", UUID.class),
                                row.getString("secret_hash"),
                                Sql.instant(row, "expires_at"),
                                Optional.ofNullable(row.getString("request_hash"))),
                secretHash);
    }

    void enrolled(
            UUID gateway, String requestHash, Gateway.Membership membership, byte[] ocspStaple) {
        sql.update(
                """
                UPDATE gateway SET enrolled_at = ?, client_certificate = ?, server_certificate = ?,
                       ocsp_staple = ?, ocsp_staple_at = ?, desired_version = desired_version + 1
                 WHERE id = ?
                """,
                membership.enrolledAt(),
                membership.clientCertificate(),
                membership.serverCertificate(),
                ocspStaple,
                membership.enrolledAt(),
                gateway);
        sql.update(
                "UPDATE gateway_enrolment SET request_hash = ? WHERE gateway = ?",
                requestHash,
                gateway);
    }

    /** Its keys were renewed. */
    void renewed(
            UUID gateway,
            UUID clientCertificate,
            UUID serverCertificate,
            byte[] ocspStaple,
            Instant at) {
        sql.update(
                """
                UPDATE gateway SET client_certificate = ?, server_certificate = ?, ocsp_staple = ?,
                       ocsp_staple_at = ?, desired_version = desired_version + 1
                 WHERE id = ?
                """,
                clientCertificate,
                serverCertificate,
                ocspStaple,
                at,
                gateway);
    }

    Optional<Octets> ocspStaple(UUID gateway) {
        return sql.first(
                "SELECT ocsp_staple FROM gateway WHERE id = ? AND ocsp_staple IS NOT NULL",
                row -> Octets.of(row.getBytes("ocsp_staple")),
                gateway);
    }

    /** Enrolled gateways whose staple was made before. */
    List<Gateway> withStapleBefore(Instant at) {
        return sql.list(
                SELECT + " WHERE g.ocsp_staple_at < ? ORDER BY g.id", GatewayStore::gateway, at);
    }

    void restaple(UUID gateway, byte[] ocspStaple, Instant at) {
        sql.update(
                """
                UPDATE gateway SET ocsp_staple = ?, ocsp_staple_at = ?,
                       desired_version = desired_version + 1
                 WHERE id = ?
                """,
                ocspStaple,
                at,
                gateway);
    }

    /** Locks the row until the transaction ends; rows that refer to it can still be added. */
    boolean lock(UUID gateway) {
        return sql.first(
                        "SELECT id FROM gateway WHERE id = ? FOR NO KEY UPDATE", _ -> true, gateway)
                .isPresent();
    }

    void seen(UUID gateway, Instant at) {
        sql.update("UPDATE gateway SET last_seen = ? WHERE id = ?", at, gateway);
    }

    /** It has that version, and asks for the next. */
    void fetched(UUID gateway, Instant at, long version) {
        sql.update(
                "UPDATE gateway SET last_seen = ?, fetched_version = ? WHERE id = ?",
                at,
                version,
                gateway);
    }

    long version(UUID gateway) {
        return number("SELECT desired_version AS n FROM gateway WHERE id = ?", gateway);
    }

    long versionsFrom(UUID gateway) {
        return number("SELECT versions_from AS n FROM gateway WHERE id = ?", gateway);
    }

    /** Continues above this version, if the node has got beyond ours. */
    boolean overtake(UUID gateway, long seen) {
        return sql.update(
                        """
                        UPDATE gateway SET desired_version = ? + 1, versions_from = ? + 1
                         WHERE id = ? AND desired_version < ?
                        """,
                        seen,
                        seen,
                        gateway,
                        seen)
                == 1;
    }

    // The rows are locked in the order of their ids, so that two who count do not wait for each
    // other.
    void countChange(List<UUID> gateways) {
        sql.update(
                """
                UPDATE gateway SET desired_version = desired_version + 1
                 WHERE id IN (SELECT id FROM gateway WHERE id = ANY (?::uuid[])
                               ORDER BY id FOR NO KEY UPDATE)
                """,
                gateways);
    }

    void countChangeOfCustomer(UUID customer) {
        sql.update(
                """
                UPDATE gateway SET desired_version = desired_version + 1
                 WHERE id IN (SELECT id FROM gateway WHERE customer = ?
                               ORDER BY id FOR NO KEY UPDATE)
                """,
                customer);
    }

    void countChangeOfAll() {
        sql.update(
                """
                UPDATE gateway SET desired_version = desired_version + 1
                 WHERE id IN (SELECT id FROM gateway ORDER BY id FOR NO KEY UPDATE)
                """);
    }

    private long number(String statement, UUID gateway) {
        return sql.first(statement, row -> row.getLong("n"), gateway).orElseThrow();
    }

    private static Gateway gateway(ResultSet row) throws SQLException {
        return new Gateway(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getObject("customer", UUID.class),
                row.getString("customer_name"),
                new DnsName(row.getString("identity")),
                Sql.texts(row, "server_names"),
                IpNetwork.parse(row.getString("pool_v4")),
                Optional.ofNullable(row.getString("pool_v6")).map(IpNetwork::parse),
                row.getInt("outer_mtu"),
                row.getInt("dtls_port"),
                row.getInt("disconnected_timeout_seconds"),
                Sql.instant(row, "created_at"),
                row.getLong("desired_version"),
                membership(row),
                Sql.instantIfAny(row, "last_seen"));
    }

    private static Optional<Gateway.Membership> membership(ResultSet row) throws SQLException {
        Optional<Instant> enrolledAt = Sql.instantIfAny(row, "enrolled_at");
        if (enrolledAt.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Gateway.Membership(
                        enrolledAt.get(),
                        row.getObject("client_certificate", UUID.class),
                        row.getObject("server_certificate", UUID.class)));
    }
}
