package io.sallyport.provisioner.concentrator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface ObservationRepository extends GenericRepository<ObservationSpan, UUID> {
    /** Takes note of a report's number. @return 0 if it was noted before, else 1 */
    @Query(
            """
            INSERT INTO observation_boot AS present (concentrator, boot, last_sequence)
            VALUES (:concentrator, :boot, :sequence)
                ON CONFLICT (concentrator, boot) DO UPDATE SET last_sequence = :sequence
             WHERE present.last_sequence < :sequence
            """)
    long note(UUID concentrator, UUID boot, long sequence);

    /** Lengthens the boot's span that reaches to {@code from}. @return 0 if there is none */
    @Query(
            """
            UPDATE observation_span SET watched_to = greatest(watched_to, :to)
             WHERE id = (SELECT id FROM observation_span
                          WHERE concentrator = :concentrator AND boot = :boot
                            AND watched_from <= :from AND watched_to >= :from
                          ORDER BY watched_to DESC LIMIT 1)
            """)
    long extend(UUID concentrator, UUID boot, Instant from, Instant to);

    @Query(
            """
            INSERT INTO observation_span (id, concentrator, boot, watched_from, watched_to)
            VALUES (:id, :concentrator, :boot, :from, :to)
            """)
    void begin(UUID id, UUID concentrator, UUID boot, Instant from, Instant to);

    @Query(
            """
            SELECT * FROM observation_span
             WHERE concentrator = :concentrator AND watched_to > :from AND watched_from < :to
             ORDER BY watched_from, watched_to
            """)
    List<ObservationSpan> findBetween(UUID concentrator, Instant from, Instant to);
}
