package io.sallyport.provisioner.tunnel;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** The sealed keys that wait to be handed out. */
@Singleton
class KeptKeys {
    private final Sql sql;

    KeptKeys(Sql sql) {
        this.sql = sql;
    }

    /**
     * A key that waits.
     *
     * @param octets as {@link KeySeal#seal} made them
     */
    record Sealed(UUID tunnel, ByteBuffer octets) {}

    /** Any of them. Blocks. */
    @Transactional(readOnly = true)
    Optional<Sealed> any() {
        return sql.first(
                "SELECT tunnel, sealed FROM branch_key LIMIT 1",
                row ->
                        new Sealed(
                                row.getObject("tunnel", UUID.class),
                                ByteBuffer.wrap(row.getBytes("sealed")).asReadOnlyBuffer()));
    }
}
