package io.sallyport.provisioner.address;

import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.IpAddress;

import jakarta.inject.Singleton;

import java.util.Optional;

/** Finds probe addresses that no tunnel has. */
@Singleton
public class ProbeAddresses {
    private final Sql sql;
    private final ProbePool pool;

    ProbeAddresses(Sql sql, Configuration configuration) {
        this.sql = sql;
        this.pool = new ProbePool(configuration.probePool());
    }

    /** Where they come from. */
    public ProbePool pool() {
        return pool;
    }

    /**
     * The lowest address that no tunnel has; empty if there is none. Blocks; runs in the caller's
     * transaction, which has to keep others from allocating until it has stored the address. That
     * no two tunnels have the same is a constraint of the database.
     */
    public Optional<IpAddress> free() {
        return sql.first(
                        """
                        WITH taken AS (
                            SELECT probe_address - ?::inet AS number FROM tunnel
                            WHERE state <> 'ENDED' AND probe_address << ?::inet
                            UNION ALL SELECT 0)
                        SELECT min(number) + 1 AS number FROM taken
                        WHERE NOT EXISTS (SELECT FROM taken other WHERE other.number = taken.number + 1)
                        """,
                        row -> row.getInt("number"),
                        pool.network().address(),
                        pool.network())
                .filter(number -> number <= pool.size())
                .map(pool::address);
    }
}
