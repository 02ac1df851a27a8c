package io.sallyport.provisioner.authority;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface CertificateRepository extends CrudRepository<Certificate, UUID> {
    Optional<Certificate> findByAuthorityAndSerialNumber(String authority, String serialNumber);

    /** Marks it, unless it is marked already. @return how many rows changed */
    @Query(
            """
            UPDATE certificate SET revoked_at = :at, revocation_reason = :reason
             WHERE id = :id AND revoked_at IS NULL
            """)
    long revoke(UUID id, Instant at, String reason);

    /** When the last certificate ends that this authority issued and did not revoke. */
    @Query(
            """
            SELECT max(not_after) FROM certificate
             WHERE authority = :authority AND revoked_at IS NULL
            """)
    Optional<Instant> findLastEnd(String authority);

    @Query(
            "SELECT EXISTS (SELECT FROM certificate WHERE authority = :authority AND not_after >="
                    + " :at)")
    boolean hasUnexpired(String authority, Instant at);

    /** What a CRL lists: revoked, and not expired by itself (RFC 5280 section 3.3). */
    @Query(
            """
            SELECT * FROM certificate
             WHERE authority = :authority AND revoked_at IS NOT NULL AND not_after >= :at
             ORDER BY revoked_at, id
            """)
    List<Certificate> findRevoked(String authority, Instant at);
}
