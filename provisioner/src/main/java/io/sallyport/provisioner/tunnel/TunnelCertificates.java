package io.sallyport.provisioner.tunnel;

import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.DnsName;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The certificates of a tunnel's branch: the one it was ordered with, and those it got later. The
 * ones before the newest stay good until they end or are revoked, because only the device knows
 * when it has changed over. Every method blocks and runs in the caller's transaction.
 */
@Singleton
public class TunnelCertificates {
    private final Sql sql;
    private final Changes changes;

    TunnelCertificates(Sql sql, Changes changes) {
        this.sql = sql;
        this.changes = changes;
    }

    /**
     * A tunnel that is wanted and has a certificate.
     *
     * @param identity the branch's IKE identity
     * @param certificate the newest one's id
     */
    public record Certified(UUID id, DnsName identity, UUID certificate) {}

    /**
     * Reads the tunnel and locks it until the transaction ends, so that of two requests for a
     * certificate, or one and the tunnel's end, one waits. Rows that refer to the tunnel can still
     * be added: a report does, which holds the concentrator's row, and whoever holds this lock may
     * wait for that one.
     *
     * @return empty if it has ended, is ending, or has no certificate yet
     */
    public Optional<Certified> lock(UUID tunnel) {
        return sql.first(
                """
                SELECT id, identity, certificate FROM tunnel
                WHERE id = ? AND state = 'ACTIVE' AND certificate IS NOT NULL
                FOR NO KEY UPDATE
                """,
                TunnelCertificates::certified,
                tunnel);
    }

    /** The tunnel whose certificate this is or was. */
    public Optional<UUID> holder(UUID certificate) {
        return sql.first(
                """
                SELECT id FROM tunnel WHERE certificate = ?
                UNION SELECT tunnel FROM tunnel_renewal WHERE certificate = ? OR former = ?
                """,
                row -> row.getObject("id", UUID.class),
                certificate,
                certificate,
                certificate);
    }

    /** All that the tunnel has or had, in no particular order. */
    public List<UUID> all(UUID tunnel) {
        return sql.list(
                """
                SELECT certificate FROM tunnel WHERE id = ? AND certificate IS NOT NULL
                UNION SELECT certificate FROM tunnel_renewal WHERE tunnel = ?
                UNION SELECT former FROM tunnel_renewal WHERE tunnel = ?
                """,
                row -> row.getObject("certificate", UUID.class),
                tunnel,
                tunnel,
                tunnel);
    }

    /** What this very request was answered with since then. */
    public Optional<UUID> answered(UUID tunnel, String requestHash, Instant since) {
        return sql.first(
                """
                SELECT certificate FROM tunnel_renewal
                WHERE tunnel = ? AND request_hash = ? AND renewed_at >= ? ORDER BY renewed_at DESC
                """,
                row -> row.getObject("certificate", UUID.class),
                tunnel,
                requestHash,
                since);
    }

    /** How many certificates the tunnel got since then. */
    public int renewalsSince(UUID tunnel, Instant since) {
        return sql.first(
                        """
                        SELECT count(*)::int AS renewals FROM tunnel_renewal
                        WHERE tunnel = ? AND renewed_at >= ?
                        """,
                        row -> row.getInt("renewals"),
                        tunnel,
                        since)
                .orElseThrow();
    }

    /**
     * From now on this certificate is the tunnel's. The desired state does not change: a
     * concentrator knows a branch by its identity.
     */
    public void renewed(Certified tunnel, UUID certificate, String requestHash, Instant at) {
        sql.update(
                """
                INSERT INTO tunnel_renewal (certificate, tunnel, former, request_hash, renewed_at)
                VALUES (?, ?, ?, ?, ?)
                """,
                certificate,
                tunnel.id(),
                tunnel.certificate(),
                requestHash,
                at);
        sql.update("UPDATE tunnel SET certificate = ? WHERE id = ?", certificate, tunnel.id());
        withdrawWish(tunnel.id());
        changes.announce(tunnel.id());
    }

    /**
     * Asks the branch's device to renew at once, with a new key. It hears of it when it asks next,
     * within the hour; {@link #renewed} is the answer.
     */
    public void wishRenewal(UUID tunnel, Instant at) {
        sql.update(
                """
                INSERT INTO tunnel_renewal_wish (tunnel, wanted_at) VALUES (?, ?)
                ON CONFLICT (tunnel) DO NOTHING
                """,
                tunnel,
                at);
    }

    /** The device need not renew before it is time, if it did not yet. */
    public void withdrawWish(UUID tunnel) {
        sql.update("DELETE FROM tunnel_renewal_wish WHERE tunnel = ?", tunnel);
    }

    /** Whether the device has been asked to renew at once, and has not. */
    public boolean isRenewalWished(UUID tunnel) {
        return sql.first(
                        "SELECT tunnel FROM tunnel_renewal_wish WHERE tunnel = ?",
                        row -> row.getObject("tunnel", UUID.class),
                        tunnel)
                .isPresent();
    }

    /**
     * The branch's device said which roots it trusts.
     *
     * @param fingerprints SHA-256 of each, in hexadecimal
     */
    public void trusts(UUID tunnel, Collection<String> fingerprints) {
        sql.update(
                """
                INSERT INTO branch_trust (tunnel, fingerprints) VALUES (?, ?)
                ON CONFLICT (tunnel) DO UPDATE SET fingerprints = excluded.fingerprints
                """,
                tunnel,
                fingerprints);
    }

    /** Forgets a key that was made here and not fetched yet: the device has one of its own. */
    public void forgetKey(UUID tunnel) {
        sql.update("DELETE FROM branch_key WHERE tunnel = ?", tunnel);
    }

    private static Certified certified(ResultSet row) throws SQLException {
        return new Certified(
                row.getObject("id", UUID.class),
                new DnsName(row.getString("identity")),
                row.getObject("certificate", UUID.class));
    }
}
