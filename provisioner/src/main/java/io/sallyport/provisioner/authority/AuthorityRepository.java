package io.sallyport.provisioner.authority;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface AuthorityRepository extends CrudRepository<AuthorityRow, String> {
    Optional<AuthorityRow> findByPurposeAndState(String purpose, AuthorityState state);

    /** The present one first, then the next, then the retired ones, the newest first. */
    @Query(
            """
            SELECT * FROM authority WHERE purpose = :purpose
             ORDER BY CASE state WHEN 'CURRENT' THEN 0 WHEN 'NEXT' THEN 1 ELSE 2 END,
                      accepted_until DESC NULLS FIRST, name
            """)
    List<AuthorityRow> findOfPurpose(String purpose);

    /** Counts on, and locks the row until the transaction ends. @return how many rows changed */
    @Query("UPDATE authority SET crl_number = crl_number + 1 WHERE name = :name")
    long nextCrlNumber(String name);

    /** A retired one may come back into its place even after peers were told to forget it. */
    @Query(
            """
            UPDATE authority SET state = :state, accepted_until = NULL, withdrawn = false
             WHERE name = :name
            """)
    void become(String name, AuthorityState state);

    @Query("UPDATE authority SET accepted_until = :until WHERE name = :name AND state = 'RETIRED'")
    void acceptUntil(String name, @Nullable Instant until);

    /** Those whose time is over and of which nobody was told so. */
    @Query(
            """
            SELECT * FROM authority
             WHERE state = 'RETIRED' AND NOT withdrawn AND accepted_until <= :now
             ORDER BY name FOR UPDATE
            """)
    List<AuthorityRow> findOutdated(Instant now);

    @Query("UPDATE authority SET withdrawn = true WHERE name = :name")
    void withdraw(String name);
}
