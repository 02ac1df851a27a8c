package io.sallyport.provisioner.authority;

import io.micronaut.data.connection.annotation.Connectable;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.util.Optional;

/**
 * How certificates stand. Each question of OCSP asks, so it is one statement and nothing else: in a
 * repository, what is done around the statement took three times as long as the statement.
 */
@Singleton
class Standings {
    private final Sql sql;

    Standings(Sql sql) {
        this.sql = sql;
    }

    /** Of the certificate with this number; empty if this authority never issued one. Blocks. */
    @Connectable(readOnly = true)
    Optional<Standing> find(String authority, String serialNumber) {
        return sql.first(
                """
                SELECT revoked_at, revocation_reason FROM certificate
                 WHERE authority = ? AND serial_number = ?
                """,
                row ->
                        new Standing(
                                Sql.instantIfAny(row, "revoked_at").orElse(null),
                                row.getString("revocation_reason")),
                authority,
                serialNumber);
    }
}
