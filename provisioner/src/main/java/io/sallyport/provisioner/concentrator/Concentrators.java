package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.DnsName;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The concentrators there are. Every method blocks on the database. */
@Singleton
public class Concentrators {
    /** Time for somebody to carry the secret to the new node. */
    private static final Duration ENROLMENT_LIFE = Duration.ofHours(24);

    private final ConcentratorRepository concentrators;
    private final EnrolmentRepository enrolments;
    private final Configuration configuration;
    private final SecureRandom random;
    private final Clock clock;

    Concentrators(
            ConcentratorRepository concentrators,
            EnrolmentRepository enrolments,
            Configuration configuration,
            SecureRandom random,
            Clock clock) {
        this.concentrators = concentrators;
        this.enrolments = enrolments;
        this.configuration = configuration;
        this.random = random;
        this.clock = clock;
    }

    /**
     * A concentrator and the secret that its node enrols with.
     *
     * @param secret shown this once
     * @param expiresAt until when the secret can be used
     */
    record Registered(Concentrator concentrator, BearerSecret secret, Instant expiresAt) {}

    /** All of them, by name. */
    @Transactional(readOnly = true)
    public List<Concentrator> all() {
        return concentrators.findAllOrderByName();
    }

    /** The one with this id. */
    @Transactional(readOnly = true)
    public Optional<Concentrator> find(UUID id) {
        return concentrators.findById(id);
    }

    /**
     * Adds one.
     *
     * @throws ProblemException if there is one of this name
     */
    @Transactional
    Registered register(Registration registration) {
        if (concentrators.existsByName(registration.name())) {
            throw nameTaken(registration.name());
        }
        Instant now = clock.instant();
        var concentrator =
                new Concentrator(
                        UUID.randomUUID(),
                        registration.name(),
                        new DnsName(
                                "%s.concentrators.%s"
                                        .formatted(registration.name(), configuration.domain())),
                        registration.ikeAddress(),
                        registration.networks(),
                        registration.probeSource(),
                        now,
                        1,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        BearerSecret secret = BearerSecret.random(random);
        Instant expiresAt = now.plus(ENROLMENT_LIFE);
        concentrators.save(concentrator);
        enrolments.save(new EnrolmentRow(concentrator.id(), secret.hash(), expiresAt, null));
        return new Registered(concentrator, secret, expiresAt);
    }

    /**
     * A new secret, for a node whose secret was not used in time, or that is to be set up anew. The
     * one before it is dead. What the node has got by it stays good until the new one is used.
     *
     * @throws ProblemException if there is no such concentrator
     */
    @Transactional
    Registered renewEnrolment(UUID id) {
        Concentrator concentrator =
                concentrators
                        .findById(id)
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                ProblemException.Kind.NOT_FOUND,
                                                "there is no such concentrator"));
        BearerSecret secret = BearerSecret.random(random);
        Instant expiresAt = clock.instant().plus(ENROLMENT_LIFE);
        enrolments.renew(id, secret.hash(), expiresAt);
        return new Registered(concentrator, secret, expiresAt);
    }

    static ProblemException nameTaken(String name) {
        return ProblemException.of(
                ProblemException.Kind.CONFLICT,
                "name",
                "there is a concentrator named %s".formatted(name));
    }
}
