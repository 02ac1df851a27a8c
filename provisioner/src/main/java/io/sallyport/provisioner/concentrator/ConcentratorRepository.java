package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface ConcentratorRepository extends CrudRepository<Concentrator, UUID> {
    boolean existsByName(String name);

    List<Concentrator> findAllOrderByName();

    @Query("SELECT desired_version FROM concentrator WHERE id = :id")
    Optional<Long> findDesiredVersion(UUID id);

    /**
     * @return how many rows changed
     */
    @Query("UPDATE concentrator SET desired_version = desired_version + 1 WHERE id = :id")
    long countChange(UUID id);

    /** Continues above this version, if the node has got beyond ours. */
    @Query(
            """
            UPDATE concentrator SET desired_version = :seen + 1, versions_from = :seen + 1
             WHERE id = :id AND desired_version < :seen
            """)
    long overtake(UUID id, long seen);

    @Query("SELECT versions_from FROM concentrator WHERE id = :id")
    Optional<Long> findVersionsFrom(UUID id);

    @Query("UPDATE concentrator SET desired_version = desired_version + 1")
    void countChangeOfAll();

    @Query(
            """
            UPDATE concentrator SET enrolled_at = :at,
                   client_certificate = :clientCertificate, ike_certificate = :ikeCertificate
             WHERE id = :id
            """)
    void enrolled(UUID id, Instant at, UUID clientCertificate, UUID ikeCertificate);

    /** Its keys were renewed. */
    @Query(
            """
            UPDATE concentrator
               SET client_certificate = :clientCertificate, ike_certificate = :ikeCertificate
             WHERE id = :id
            """)
    void renewed(UUID id, UUID clientCertificate, UUID ikeCertificate);

    @Query(
            """
            UPDATE concentrator SET last_seen = :at, applied_version = :appliedVersion,
                   charon_state = :state, charon_version = :version, esp_mode = :espMode,
                   charon_since = :since
             WHERE id = :id
            """)
    void seen(
            UUID id,
            Instant at,
            long appliedVersion,
            CharonState state,
            @Nullable String version,
            EspMode espMode,
            Instant since);
}
