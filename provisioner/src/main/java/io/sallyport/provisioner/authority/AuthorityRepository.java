package io.sallyport.provisioner.authority;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;

import java.util.Optional;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface AuthorityRepository extends CrudRepository<AuthorityRow, String> {
    Optional<AuthorityRow> findByPurpose(String purpose);

    /** Counts on, and locks the row until the transaction ends. @return how many rows changed */
    @Query("UPDATE authority SET crl_number = crl_number + 1 WHERE name = :name")
    long nextCrlNumber(String name);
}
