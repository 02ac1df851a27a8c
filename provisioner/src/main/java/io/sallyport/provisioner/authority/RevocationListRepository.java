package io.sallyport.provisioner.authority;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface RevocationListRepository extends CrudRepository<RevocationList, UUID> {
    @Query(
            """
            SELECT * FROM revocation_list
             WHERE authority = :authority ORDER BY number DESC LIMIT 1
            """)
    Optional<RevocationList> findNewest(String authority);

    /** Forgets what nobody may rely on any more. */
    @Query("DELETE FROM revocation_list WHERE authority = :authority AND next_update < :at")
    void deleteOutdated(String authority, Instant at);
}
