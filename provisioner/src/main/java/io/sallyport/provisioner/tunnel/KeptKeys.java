package io.sallyport.provisioner.tunnel;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

/** Whether sealed keys wait to be handed out. */
@Singleton
class KeptKeys {
    private final Sql sql;

    KeptKeys(Sql sql) {
        this.sql = sql;
    }

    /** Blocks. */
    @Transactional(readOnly = true)
    boolean any() {
        return sql.first("SELECT FROM branch_key LIMIT 1", _ -> true).isPresent();
    }
}
