package io.sallyport.provisioner.teleworker;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** The sealed secrets in the database. */
@Singleton
class SealedSecrets {
    private final Sql sql;

    SealedSecrets(Sql sql) {
        this.sql = sql;
    }

    /** A secret as it was sealed. */
    record Sealed(UUID teleworker, ByteBuffer octets) {}

    /** Any of them. Blocks. */
    @Transactional(readOnly = true)
    Optional<Sealed> any() {
        return sql.first(
                "SELECT id, totp_secret FROM teleworker WHERE totp_secret IS NOT NULL LIMIT 1",
                row ->
                        new Sealed(
                                row.getObject("id", UUID.class),
                                ByteBuffer.wrap(row.getBytes("totp_secret")).asReadOnlyBuffer()));
    }
}
