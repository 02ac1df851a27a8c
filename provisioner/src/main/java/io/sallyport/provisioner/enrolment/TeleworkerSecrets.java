package io.sallyport.provisioner.enrolment;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.teleworker.TeleworkerDevices;
import io.sallyport.provisioner.teleworker.TeleworkerDevices.Holder;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The one-time secrets with which teleworkers' devices enrol; each teleworker has one at most.
 * Every method blocks.
 */
@Singleton
class TeleworkerSecrets {
    private final TeleworkerDevices teleworkers;
    private final Sql sql;
    private final SecureRandom random;
    private final Clock clock;

    TeleworkerSecrets(TeleworkerDevices teleworkers, Sql sql, SecureRandom random, Clock clock) {
        this.teleworkers = teleworkers;
        this.sql = sql;
        this.random = random;
        this.clock = clock;
    }

    /** A secret that was just made, for the one who is to hold it. */
    record Made(Identity identity, BearerSecret secret, Instant expiresAt) {}

    /**
     * A secret whose time is not over.
     *
     * @param device that enrolled with it; empty while it is unused
     */
    record Secret(UUID teleworker, Optional<UUID> device) {}

    /**
     * Makes a new secret; the one before it is dead at once.
     *
     * @throws ProblemException if the customer has no such teleworker, or it is blocked
     */
    @Transactional
    Made make(UUID customer, UUID id, Duration validFor) {
        Holder holder = holder(customer, id);
        if (!holder.active()) {
            throw ProblemException.of(
                    Kind.CONFLICT, "the teleworker is blocked: there is nothing to enrol");
        }
        BearerSecret secret = BearerSecret.random(random);
        Instant expiresAt = clock.instant().plus(validFor);
        sql.update(
                """
                INSERT INTO teleworker_enrolment_secret (teleworker, secret_hash, expires_at)
                VALUES (?, ?, ?)
                ON CONFLICT (teleworker) DO UPDATE
                   SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at,
                       device = NULL
                """,
                id,
                secret.hash(),
                expiresAt);
        return new Made(holder.identity(), secret, expiresAt);
    }

    /**
     * What certificates of a teleworker name.
     *
     * @throws ProblemException if the customer has no such teleworker
     */
    @Transactional
    Identity identity(UUID customer, UUID id) {
        return holder(customer, id).identity();
    }

    private Holder holder(UUID customer, UUID id) {
        return teleworkers
                .lock(customer, id)
                .orElseThrow(
                        () -> ProblemException.of(Kind.NOT_FOUND, "there is no such teleworker"));
    }

    /** Looks a secret up; runs in the caller's transaction. */
    Optional<Secret> find(BearerSecret secret) {
        return sql.first(
                """
                SELECT teleworker, device FROM teleworker_enrolment_secret
                WHERE secret_hash = ? AND expires_at > ?
                """,
                row ->
                        new Secret(
                                row.getObject("teleworker", UUID.class),
                                Optional.ofNullable(row.getObject("device", UUID.class))),
                secret.hash(),
                clock.instant());
    }

    /** Takes note of who used it; runs in the caller's transaction. */
    void used(UUID teleworker, UUID device) {
        sql.update(
                "UPDATE teleworker_enrolment_secret SET device = ? WHERE teleworker = ?",
                device,
                teleworker);
    }
}
