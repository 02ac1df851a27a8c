package io.sallyport.provisioner.gateway;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.tunnel.TunnelAllocation;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpNetwork;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The gateways there are. Every method blocks on the database. */
@Singleton
public class Gateways {
    /** Time for somebody to carry the secret to the new node. */
    private static final Duration ENROLMENT_LIFE = Duration.ofHours(24);

    private final GatewayStore store;
    private final TunnelAllocation tunnels;
    private final Configuration configuration;
    private final SecureRandom random;
    private final Clock clock;

    Gateways(
            GatewayStore store,
            TunnelAllocation tunnels,
            Configuration configuration,
            SecureRandom random,
            Clock clock) {
        this.store = store;
        this.tunnels = tunnels;
        this.configuration = configuration;
        this.random = random;
        this.clock = clock;
    }

    /**
     * A gateway and the secret that its node enrols with.
     *
     * @param secret shown this once
     * @param expiresAt until when the secret can be used
     */
    record Registered(Gateway gateway, BearerSecret secret, Instant expiresAt) {}

    /** All of them, by name. */
    @Transactional(readOnly = true)
    List<Gateway> all() {
        return store.all();
    }

    /** Those of a customer, by name. */
    @Transactional(readOnly = true)
    List<Gateway> of(UUID customer) {
        return store.of(customer);
    }

    /** The one with this id. */
    @Transactional(readOnly = true)
    public Optional<Gateway> find(UUID id) {
        return store.find(id);
    }

    /**
     * Adds one. Constraints of the database refuse a name or a pool that is taken.
     *
     * @throws ProblemException if there is no such customer, or branches have addresses of a pool
     */
    @Transactional
    Registered register(GatewayRegistration registration) {
        UUID customer =
                store.customer(registration.customer())
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                Kind.INVALID_REQUEST,
                                                "customer",
                                                "there is no customer named %s"
                                                        .formatted(registration.customer())));
        // Orders are checked against pools under the same lock.
        tunnels.lock();
        var errors = new FieldErrors();
        refuseBranches("poolV4", registration.poolV4(), errors);
        registration.poolV6().ifPresent(pool -> refuseBranches("poolV6", pool, errors));
        errors.throwIfAny();
        Instant now = clock.instant();
        UUID id = UUID.randomUUID();
        DnsName identity =
                new DnsName(
                        "%s.gateways.%s".formatted(registration.name(), configuration.domain()));
        store.insert(id, customer, identity, registration, now);
        BearerSecret secret = BearerSecret.random(random);
        Instant expiresAt = now.plus(ENROLMENT_LIFE);
        store.insertEnrolment(id, secret.hash(), expiresAt);
        return new Registered(store.find(id).orElseThrow(), secret, expiresAt);
    }

    private void refuseBranches(String field, IpNetwork pool, FieldErrors errors) {
        tunnels.branchNetworkIn(pool)
                .ifPresent(
                        network ->
                                errors.add(
                                        field,
                                        "%s overlaps %s, which is behind a branch"
                                                .formatted(pool, network)));
    }

    /**
     * A new secret, for a node whose secret was not used in time, or that is to be set up anew. The
     * one before it is dead. What the node has got by it stays good until the new one is used.
     */
    @Transactional
    Optional<Registered> renewEnrolment(UUID id) {
        BearerSecret secret = BearerSecret.random(random);
        Instant expiresAt = clock.instant().plus(ENROLMENT_LIFE);
        store.renewEnrolment(id, secret.hash(), expiresAt);
        return store.find(id).map(gateway -> new Registered(gateway, secret, expiresAt));
    }
}
