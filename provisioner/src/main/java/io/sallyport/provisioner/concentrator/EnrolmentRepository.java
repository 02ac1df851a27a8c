package io.sallyport.provisioner.concentrator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface EnrolmentRepository extends CrudRepository<EnrolmentRow, UUID> {
    /** Reads, and locks the row until the transaction ends: of two uses one waits. */
    @Query("SELECT * FROM enrolment WHERE secret_hash = :secretHash FOR UPDATE")
    Optional<EnrolmentRow> lockBySecretHash(String secretHash);

    @Query("UPDATE enrolment SET request_hash = :requestHash WHERE concentrator = :concentrator")
    void used(UUID concentrator, String requestHash);

    /** The secret before it is not known any more. */
    @Query(
            """
            UPDATE enrolment SET secret_hash = :secretHash, expires_at = :expiresAt,
                   request_hash = NULL
             WHERE concentrator = :concentrator
            """)
    void renew(UUID concentrator, String secretHash, Instant expiresAt);
}
