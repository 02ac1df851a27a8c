package io.sallyport.provisioner.node;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.KeyOrder;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which certificates each node was given, which of them are in force, and which keys it is to have.
 * Every method blocks on the database.
 */
@Singleton
public class NodeKeys {
    private static final String CREDENTIALS =
            """
            SELECT n.*, greatest(c.not_before, s.not_before) AS not_before,
                   least(c.not_after, s.not_after) AS not_after
              FROM node_credential n
              JOIN certificate c ON c.id = n.client_certificate
              JOIN certificate s ON s.id = n.service_certificate
            """;

    private final Sql sql;
    private final Clock clock;

    NodeKeys(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** How far a pair of certificates has come. */
    public enum State {
        /** The node has them, or will ask for them again. */
        ISSUED,
        /** The node works with them. */
        IN_FORCE,
        /** Replaced; the node can return to them. */
        KEPT,
        /** Worth nothing any more. */
        RETIRED
    }

    /**
     * A pair of certificates of a node.
     *
     * @param clientCertificate what it shows to us
     * @param serviceCertificate what it shows to others
     * @param order that the keys were made for; null if for none
     * @param inForceSince by the node's clock; null if it never said
     * @param notBefore when the younger of the two began
     * @param notAfter when the first of the two ends
     */
    public record Credential(
            NodeKind kind,
            UUID node,
            UUID clientCertificate,
            UUID serviceCertificate,
            @Nullable UUID order,
            State state,
            Instant issuedAt,
            @Nullable Instant inForceSince,
            Instant notBefore,
            Instant notAfter) {

        /** A node renews when two thirds to three quarters of the life are over. */
        public boolean isLateAt(Instant now) {
            Duration life = Duration.between(notBefore, notAfter);
            return now.isAfter(notBefore.plus(life.multipliedBy(5).dividedBy(6)));
        }
    }

    /**
     * The keys of a node, as operators see them.
     *
     * @param since when the present certificates were issued
     * @param notAfter when the first of them ends
     * @param renewalLate whether the node should have renewed them by now
     */
    public record KeysView(Instant since, Instant notAfter, boolean renewalLate) {}

    /** A node has enrolled, or was set up anew: whatever it had is worth nothing any more. */
    @Transactional
    public void enrolled(
            NodeKind kind, UUID node, UUID clientCertificate, UUID serviceCertificate) {
        sql.update("UPDATE node_credential SET state = 'RETIRED' WHERE node = ?", node);
        sql.update("DELETE FROM node_key_order WHERE node = ?", node);
        insert(kind, node, clientCertificate, serviceCertificate, null, null, State.IN_FORCE);
    }

    /** The node was given these for its requests. */
    @Transactional
    public void issued(
            NodeKind kind,
            UUID node,
            UUID clientCertificate,
            UUID serviceCertificate,
            @Nullable UUID order,
            String requestHash) {
        insert(kind, node, clientCertificate, serviceCertificate, order, requestHash, State.ISSUED);
    }

    private void insert(
            NodeKind kind,
            UUID node,
            UUID clientCertificate,
            UUID serviceCertificate,
            @Nullable UUID order,
            @Nullable String requestHash,
            State state) {
        sql.update(
                """
                INSERT INTO node_credential (id, kind, node, client_certificate,
                       service_certificate, key_order, request_hash, state, issued_at)
                VALUES (?, ?, ?, ?, ?, ?::uuid, ?, ?, ?)
                """,
                UUID.randomUUID(),
                kind,
                node,
                clientCertificate,
                serviceCertificate,
                order,
                requestHash,
                state,
                clock.instant());
    }

    /** What the node was given for these very requests, while it is worth something. */
    @Transactional(readOnly = true)
    public Optional<Credential> answered(UUID node, String requestHash) {
        return sql.first(
                CREDENTIALS + " WHERE n.node = ? AND n.request_hash = ? AND n.state <> 'RETIRED'",
                NodeKeys::credential,
                node,
                requestHash);
    }

    /** The node of this kind whose client certificate this is, while it is worth something. */
    @Connectable(readOnly = true)
    public Optional<UUID> holder(NodeKind kind, UUID clientCertificate) {
        return sql.first(
                """
                SELECT node FROM node_credential
                 WHERE client_certificate = ? AND kind = ? AND state <> 'RETIRED'
                """,
                row -> row.getObject("node", UUID.class),
                clientCertificate,
                kind);
    }

    /** What the node works with. */
    @Transactional(readOnly = true)
    public Optional<Credential> inForce(UUID node) {
        return sql.first(
                CREDENTIALS + " WHERE n.node = ? AND n.state = 'IN_FORCE'",
                NodeKeys::credential,
                node);
    }

    /** What every node works with. */
    @Transactional(readOnly = true)
    public List<Credential> allInForce() {
        return sql.list(
                CREDENTIALS + " WHERE n.state = 'IN_FORCE' ORDER BY n.node", NodeKeys::credential);
    }

    /** The keys of a node, for people. */
    @Transactional(readOnly = true)
    public Optional<KeysView> view(UUID node) {
        return inForce(node)
                .map(
                        it ->
                                new KeysView(
                                        it.issuedAt(),
                                        it.notAfter(),
                                        it.isLateAt(clock.instant())));
    }

    /**
     * The node works with the pair of this client certificate, and begins nothing with others. What
     * it had before is kept while the order for the new keys may still be taken back. Whoever calls
     * has locked the node's row.
     *
     * @return the pair
     */
    @Transactional
    public Credential takeIntoForce(UUID node, UUID clientCertificate, Instant since) {
        Optional<KeyOrder> order = order(node);
        boolean onTrial =
                order.filter(it -> it.verdict() != KeyOrder.Verdict.KEEP)
                        .filter(it -> it.id().equals(orderOf(clientCertificate)))
                        .isPresent();
        sql.update(
                """
                UPDATE node_credential SET state = CASE
                       WHEN ? AND (state = 'IN_FORCE' OR state = 'KEPT') THEN 'KEPT'
                       ELSE 'RETIRED' END
                 WHERE node = ? AND client_certificate <> ? AND state <> 'RETIRED'
                """,
                onTrial,
                node,
                clientCertificate);
        sql.update(
                """
                UPDATE node_credential SET state = 'IN_FORCE', in_force_since = ?
                 WHERE node = ? AND client_certificate = ?
                """,
                since,
                node,
                clientCertificate);
        return inForce(node).orElseThrow();
    }

    @Nullable
    private UUID orderOf(UUID clientCertificate) {
        return sql
                .list(
                        "SELECT key_order FROM node_credential WHERE client_certificate = ?",
                        row -> Optional.ofNullable(row.getObject("key_order", UUID.class)),
                        clientCertificate)
                .stream()
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    /** Which keys the node is to have, if others than it makes by itself. */
    @Transactional(readOnly = true)
    public Optional<KeyOrder> order(UUID node) {
        return sql.first(
                "SELECT id, verdict FROM node_key_order WHERE node = ?",
                row ->
                        new KeyOrder(
                                row.getObject("id", UUID.class),
                                KeyOrder.Verdict.valueOf(row.getString("verdict"))),
                node);
    }

    /**
     * Orders keys, or says what is to become of them. The caller counts a new version of the node's
     * desired state in the same transaction.
     */
    @Transactional
    public void order(UUID node, KeyOrder order) {
        sql.update(
                """
                INSERT INTO node_key_order (node, id, verdict) VALUES (?, ?, ?)
                ON CONFLICT (node) DO UPDATE SET id = excluded.id, verdict = excluded.verdict
                """,
                node,
                order.id(),
                order.verdict());
        if (order.verdict() == KeyOrder.Verdict.KEEP) {
            sql.update(
                    "UPDATE node_credential SET state = 'RETIRED' WHERE node = ? AND state ="
                            + " 'KEPT'",
                    node);
        }
    }

    private static Credential credential(ResultSet row) throws SQLException {
        return new Credential(
                NodeKind.valueOf(row.getString("kind")),
                row.getObject("node", UUID.class),
                row.getObject("client_certificate", UUID.class),
                row.getObject("service_certificate", UUID.class),
                row.getObject("key_order", UUID.class),
                State.valueOf(row.getString("state")),
                Sql.instant(row, "issued_at"),
                Sql.instantIfAny(row, "in_force_since").orElse(null),
                Sql.instant(row, "not_before"),
                Sql.instant(row, "not_after"));
    }
}
