package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows of teleworkers. Every method blocks and runs in the caller's transaction. */
@Singleton
class TeleworkerStore {
    private static final String SELECT =
            """
            SELECT t.id, t.customer, t.username, t.state, t.created_at,
                   t.password_hash IS NOT NULL AS password, t.totp_secret IS NOT NULL AS totp,
                   ARRAY(SELECT g.name::text FROM teleworker_membership m
                           JOIN teleworker_group g ON g.id = m.teleworker_group
                          WHERE m.teleworker = t.id ORDER BY g.position, g.name) AS groups
              FROM teleworker t
             WHERE t.customer = ? AND t.state <> 'DELETED'
            """;

    private final Sql sql;

    TeleworkerStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * A certificate of a teleworker.
     *
     * @param device that enrolled for it; empty if it was issued by hand
     */
    record Certified(
            UUID id,
            Optional<UUID> device,
            String serialNumber,
            Instant notBefore,
            Instant notAfter,
            Optional<Instant> revokedAt) {}

    boolean insert(
            UUID id,
            UUID customer,
            Username username,
            @Nullable String passwordHash,
            @Nullable byte[] totpSecret,
            Instant at) {
        return sql.update(
                        """
                        INSERT INTO teleworker (id, customer, username, state, password_hash,
                                                totp_secret, created_at)
                        VALUES (?, ?, ?, 'ACTIVE', ?, ?, ?)
                        ON CONFLICT (customer, username) WHERE state <> 'DELETED' DO NOTHING
                        """,
                        id,
                        customer,
                        username,
                        passwordHash,
                        totpSecret,
                        at)
                == 1;
    }

    List<Teleworker> page(UUID customer, @Nullable UUID after, int limit) {
        return after == null
                ? sql.list(
                        SELECT + " ORDER BY t.id LIMIT ?",
                        TeleworkerStore::teleworker,
                        customer,
                        limit)
                : sql.list(
                        SELECT + " AND t.id > ? ORDER BY t.id LIMIT ?",
                        TeleworkerStore::teleworker,
                        customer,
                        after,
                        limit);
    }

    Optional<Teleworker> find(UUID customer, UUID id) {
        return sql.first(SELECT + " AND t.id = ?", TeleworkerStore::teleworker, customer, id);
    }

    /** Locks the row until the transaction ends, if it is there. */
    boolean lock(UUID customer, UUID id) {
        return sql.first(
                        """
                        SELECT id FROM teleworker
                         WHERE customer = ? AND id = ? AND state <> 'DELETED' FOR NO KEY UPDATE
                        """,
                        _ -> true,
                        customer,
                        id)
                .isPresent();
    }

    void state(UUID id, Teleworker.State state) {
        sql.update(
                """
                UPDATE teleworker SET state = ?, credentials_version = credentials_version + 1
                 WHERE id = ?
                """,
                state,
                id);
    }

    void password(UUID id, @Nullable String passwordHash) {
        sql.update(
                """
                UPDATE teleworker SET password_hash = ?::varchar,
                       credentials_version = credentials_version + 1
                 WHERE id = ?
                """,
                passwordHash,
                id);
    }

    void totp(UUID id, @Nullable byte[] sealed) {
        sql.update(
                """
                UPDATE teleworker SET totp_secret = ?::bytea, totp_last_step = NULL,
                       credentials_version = credentials_version + 1
                 WHERE id = ?
                """,
                sealed,
                id);
    }

    void delete(UUID id) {
        sql.update("DELETE FROM teleworker_membership WHERE teleworker = ?", id);
        sql.update(
                """
                UPDATE teleworker SET state = 'DELETED', password_hash = NULL, totp_secret = NULL,
                       totp_last_step = NULL, credentials_version = credentials_version + 1
                 WHERE id = ?
                """,
                id);
    }

    /** Ids of the customer's groups of these names; fewer if some are not there. */
    List<UUID> groups(UUID customer, List<String> names) {
        return names.isEmpty()
                ? List.of()
                : sql.list(
                        "SELECT id FROM teleworker_group WHERE customer = ? AND name = ANY (?)",
                        row -> row.getObject("id", UUID.class),
                        customer,
                        names);
    }

    void memberships(UUID id, UUID customer, List<UUID> groups) {
        sql.update("DELETE FROM teleworker_membership WHERE teleworker = ?", id);
        sql.updateEach(
                """
                INSERT INTO teleworker_membership (teleworker, teleworker_group, customer)
                VALUES (?, ?, ?)
                """,
                groups.stream().map(group -> new Object[] {id, group, customer}).toList());
    }

    void insertCertificate(UUID certificate, UUID id, UUID customer, @Nullable UUID device) {
        sql.update(
                """
                INSERT INTO teleworker_certificate (certificate, teleworker, customer, device)
                VALUES (?, ?, ?, ?::uuid)
                """,
                certificate,
                id,
                customer,
                device);
    }

    List<Certified> certificates(UUID id) {
        return sql.list(
                """
                SELECT c.*, t.device FROM teleworker_certificate t JOIN certificate c ON c.id = t.certificate
                 WHERE t.teleworker = ? ORDER BY c.issued_at, c.id
                """,
                row ->
                        new Certified(
                                row.getObject("id", UUID.class),
                                Optional.ofNullable(row.getObject("device", UUID.class)),
                                row.getString("serial_number"),
                                Sql.instant(row, "not_before"),
                                Sql.instant(row, "not_after"),
                                Sql.instantIfAny(row, "revoked_at")),
                id);
    }

    private static Teleworker teleworker(ResultSet row) throws SQLException {
        return new Teleworker(
                row.getObject("id", UUID.class),
                row.getObject("customer", UUID.class),
                new Username(row.getString("username")),
                Teleworker.State.valueOf(row.getString("state")),
                Sql.texts(row, "groups"),
                row.getBoolean("password"),
                row.getBoolean("totp"),
                Sql.instant(row, "created_at"));
    }
}
