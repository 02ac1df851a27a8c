package io.sallyport.provisioner.concentrator;

import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.util.UUID;

/** The lock on a concentrator's row. */
@Singleton
class ConcentratorLock {
    private final Sql sql;

    ConcentratorLock(Sql sql) {
        this.sql = sql;
    }

    /**
     * Takes it until the caller's transaction ends. Rows that refer to the concentrator can still
     * be added. Blocks.
     *
     * @throws IllegalArgumentException if there is no such concentrator
     */
    void take(UUID concentrator) {
        // Not in the repository: there only FOR UPDATE is known not to be an UPDATE.
        if (sql.list(
                        "SELECT id FROM concentrator WHERE id = ? FOR NO KEY UPDATE",
                        row -> row.getString("id"),
                        concentrator)
                .isEmpty()) {
            throw new IllegalArgumentException("there is no concentrator " + concentrator);
        }
    }
}
