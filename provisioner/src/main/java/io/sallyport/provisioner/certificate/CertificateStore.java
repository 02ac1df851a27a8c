package io.sallyport.provisioner.certificate;

import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What was issued. A customer's own are those of branches, which bear the identity of one of its
 * tunnels, and of its teleworkers. Every method blocks and runs in the caller's transaction.
 */
@Singleton
class CertificateStore {
    private static final String SELECT =
            """
            SELECT c.id, c.serial_number, c.authority, c.profile, c.subject, c.not_before, c.not_after,
                c.issued_at, c.revoked_at, c.revocation_reason, c.pem
            FROM certificate c
            """;

    private static final String OWN =
            """
            (?::uuid IS NULL
                OR (c.profile = 'branch' AND EXISTS
                    (SELECT FROM tunnel t WHERE t.identity = c.subject AND t.customer = ?::uuid))
                OR (c.profile = 'teleworker' AND EXISTS
                    (SELECT FROM teleworker_certificate w WHERE w.certificate = c.id AND w.customer = ?::uuid)))
            """;

    private final Sql sql;

    CertificateStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * A page, the newest first.
     *
     * @param customer whose; empty for all
     * @param profile of this profile only
     * @param identity of this identity only
     * @param after serial number of the last one seen
     */
    List<IssuedCertificate> page(
            Optional<UUID> customer,
            Optional<String> profile,
            Optional<String> identity,
            Optional<String> after,
            int limit) {
        UUID owner = customer.orElse(null);
        return sql.list(
                SELECT
                        + "WHERE "
                        + OWN
                        + """
                        AND (?::text IS NULL OR c.profile = ?) AND (?::text IS NULL OR c.subject = ?)
                        AND (?::text IS NULL OR (c.issued_at, c.id) <
                            (SELECT a.issued_at, a.id FROM certificate a WHERE a.serial_number = ? LIMIT 1))
                        ORDER BY c.issued_at DESC, c.id DESC LIMIT ?
                        """,
                CertificateStore::certificate,
                owner,
                owner,
                owner,
                profile.orElse(null),
                profile.orElse(null),
                identity.orElse(null),
                identity.orElse(null),
                after.orElse(null),
                after.orElse(null),
                limit);
    }

    /** The certificate with this serial number, if it is that customer's; any if there is none. */
    Optional<IssuedCertificate> find(Optional<UUID> customer, String serialNumber) {
        UUID owner = customer.orElse(null);
        return sql.first(
                SELECT + "WHERE " + OWN + " AND c.serial_number = ?",
                CertificateStore::certificate,
                owner,
                owner,
                owner,
                serialNumber);
    }

    /** How many certificates an authority issued that have not expired. */
    long issuedBy(String authority, Instant now) {
        return sql.first(
                        "SELECT count(*) AS n FROM certificate WHERE authority = ? AND not_after >="
                                + " ?",
                        row -> row.getLong("n"),
                        authority,
                        now)
                .orElseThrow();
    }

    private static IssuedCertificate certificate(ResultSet row) throws SQLException {
        return new IssuedCertificate(
                row.getObject("id", UUID.class),
                row.getString("serial_number"),
                row.getString("authority"),
                row.getString("profile"),
                row.getString("subject"),
                Sql.instant(row, "not_before"),
                Sql.instant(row, "not_after"),
                Sql.instant(row, "issued_at"),
                Sql.instantIfAny(row, "revoked_at"),
                Optional.ofNullable(row.getString("revocation_reason")),
                row.getString("pem"));
    }
}
