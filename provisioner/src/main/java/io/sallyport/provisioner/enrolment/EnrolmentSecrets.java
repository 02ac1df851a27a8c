package io.sallyport.provisioner.enrolment;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.tunnel.Tunnel;
import io.sallyport.provisioner.tunnel.TunnelCertificates;
import io.sallyport.provisioner.tunnel.Tunnels;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The one-time secrets with which branches' devices enrol; each tunnel has one at most. */
@Singleton
class EnrolmentSecrets {
    private final Tunnels tunnels;
    private final TunnelCertificates certificates;
    private final Sql sql;
    private final SecureRandom random;
    private final Clock clock;

    EnrolmentSecrets(
            Tunnels tunnels,
            TunnelCertificates certificates,
            Sql sql,
            SecureRandom random,
            Clock clock) {
        this.tunnels = tunnels;
        this.certificates = certificates;
        this.sql = sql;
        this.random = random;
        this.clock = clock;
    }

    /** A secret that was just made, for the one who is to hold it. */
    record Made(Tunnel tunnel, BearerSecret secret, Instant expiresAt) {}

    /** A secret whose time is not over. */
    record Secret(UUID tunnel, Optional<Use> use) {}

    /**
     * What a secret was used for.
     *
     * @param requestHash SHA-256 of the request in DER
     */
    record Use(String requestHash, UUID certificate) {}

    /**
     * Makes a new secret; the one before it is dead at once. Blocks.
     *
     * @throws ProblemException if the customer has no such tunnel, or it is no tunnel that a device
     *     can be set up for
     */
    @Transactional
    Made make(UUID customer, UUID id, Duration validFor) {
        Tunnel tunnel = tunnels.find(customer, id);
        if (certificates.lock(id).isEmpty()) {
            throw ProblemException.of(
                    Kind.CONFLICT,
                    tunnel.state() == Tunnel.State.ACTIVE
                            ? "order %s has no certificate yet".formatted(tunnel.order())
                            : "the tunnel is %s: there is nothing to enrol"
                                    .formatted(tunnel.state()));
        }
        BearerSecret secret = BearerSecret.random(random);
        Instant expiresAt = clock.instant().plus(validFor);
        sql.update(
                """
                INSERT INTO tunnel_enrolment_secret AS present (tunnel, secret_hash, expires_at)
                VALUES (?, ?, ?)
                ON CONFLICT (tunnel) DO UPDATE
                   SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at,
                       request_hash = NULL, certificate = NULL
                """,
                id,
                secret.hash(),
                expiresAt);
        return new Made(tunnel, secret, expiresAt);
    }

    /** Looks a secret up. Blocks; runs in the caller's transaction. */
    Optional<Secret> find(BearerSecret secret) {
        return sql.first(
                """
                SELECT tunnel, request_hash, certificate FROM tunnel_enrolment_secret
                WHERE secret_hash = ? AND expires_at > ?
                """,
                EnrolmentSecrets::secret,
                secret.hash(),
                clock.instant());
    }

    /** Takes note of what it was used for. Blocks; runs in the caller's transaction. */
    void used(UUID tunnel, String requestHash, UUID certificate) {
        sql.update(
                """
                UPDATE tunnel_enrolment_secret SET request_hash = ?, certificate = ?
                WHERE tunnel = ?
                """,
                requestHash,
                certificate,
                tunnel);
    }

    private static Secret secret(ResultSet row) throws SQLException {
        String requestHash = row.getString("request_hash");
        return new Secret(
                row.getObject("tunnel", UUID.class),
                requestHash == null
                        ? Optional.empty()
                        : Optional.of(
                                new Use(requestHash, row.getObject("certificate", UUID.class))));
    }
}
