package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.annotation.Order;
import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.Pkcs12;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.authority.SiteCertificates.Recorded;
import io.sallyport.provisioner.concentrator.DesiredVersions;
import io.sallyport.provisioner.concentrator.ObservationListener;
import io.sallyport.provisioner.concentrator.OrderedTunnels;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.deviceconfig.Bundle;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.ObservationReport;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The tunnels: how one gets its certificate and its place in the desired state, and its end. */
@Singleton
@Order(20)
public class Tunnels implements OrderedTunnels, ObservationListener {
    private final TunnelStore store;
    private final SiteCertificates certificates;
    private final TunnelCertificates held;
    private final DesiredVersions versions;
    private final BranchKeys keys;
    private final TunnelEnding listener;
    private final Changes changes;
    private final Clock clock;
    private final SecureRandom random;

    Tunnels(
            TunnelStore store,
            SiteCertificates certificates,
            TunnelCertificates held,
            DesiredVersions versions,
            BranchKeys keys,
            TunnelEnding listener,
            Changes changes,
            Clock clock,
            SecureRandom random) {
        this.store = store;
        this.certificates = certificates;
        this.held = held;
        this.versions = versions;
        this.keys = keys;
        this.listener = listener;
        this.changes = changes;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A tunnel of this customer. Blocks.
     *
     * @throws ProblemException if the customer has no such tunnel
     */
    @Connectable(readOnly = true)
    public Tunnel find(UUID customer, UUID id) {
        return store.find(customer, id)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ProblemException.Kind.NOT_FOUND,
                                        "there is no tunnel " + id));
    }

    /**
     * A page of the customer's tunnels, ended ones too, in the order of their ids. Blocks.
     *
     * @param after id of the last one seen; null for the first page
     */
    @Transactional(readOnly = true)
    public List<Tunnel> page(UUID customer, @Nullable UUID after, int limit) {
        return store.page(customer, after, limit);
    }

    /**
     * Issues the branch's certificate: for the key of the customer's request, or for one made here
     * and kept, sealed, until it is handed out. Blocks; runs in the caller's transaction.
     *
     * @param request the customer's; null if the key is to be made here
     * @return the certificate's id
     */
    public UUID certify(
            UUID tunnel, UUID customer, DnsName identity, @Nullable VerifiedRequest request) {
        if (request != null) {
            return certificates.issueBranch(identity, request).id();
        }
        GeneratedKey key = GeneratedKey.p256(random);
        Recorded recorded = certificates.issueBranch(identity, key);
        keys.keep(
                tunnel,
                customer,
                Pkcs12.seal(key, List.of(recorded.certificate()), "sallyport", random));
        return recorded.id();
    }

    /**
     * Puts a certified tunnel into the desired state of its concentrator. Blocks; runs in the
     * caller's transaction, and locks the concentrator until it ends.
     *
     * @return the version of the desired state that has it
     */
    public long configure(UUID tunnel, UUID concentrator, UUID certificate) {
        long version = versions.next(concentrator);
        store.setConfigured(tunnel, certificate, version);
        return version;
    }

    /**
     * Takes a tunnel whose order failed back out, as if it had never been. Blocks; runs in the
     * caller's transaction.
     */
    public void undo(UUID tunnel) {
        store.setEnded(tunnel, clock.instant());
        changes.announce(tunnel);
    }

    /**
     * Ends a tunnel: it leaves the desired state, and its certificates are revoked there too, in
     * one step. Ending it again changes nothing. Blocks.
     *
     * @throws ProblemException if the customer has no such tunnel
     */
    @Transactional
    public Tunnel end(UUID customer, UUID id) {
        find(customer, id);
        // Locks the order's row, which everybody locks before the concentrator's: no deadlock.
        listener.ending(id);
        Tunnel tunnel = find(customer, id);
        if (tunnel.state() != Tunnel.State.ACTIVE) {
            return tunnel;
        }
        if (tunnel.certificate() == null) {
            store.setEnded(id, clock.instant());
        } else {
            // Held until the end, so that no certificate is issued in between.
            var _ = held.lock(id);
            held.all(id).forEach(certificates::revoke);
            store.setEnding(id, versions.next(tunnel.concentrator().id()), clock.instant());
        }
        changes.announce(id);
        return find(customer, id);
    }

    @Override
    public List<DesiredTunnel> of(UUID concentrator) {
        Map<UUID, Revocation> revocations = store.revocations(concentrator);
        return store.configured(concentrator).stream()
                .map(
                        tunnel ->
                                Optional.ofNullable(revocations.get(tunnel.id()))
                                        .map(desired(tunnel)::revoked)
                                        .orElseGet(() -> desired(tunnel)))
                .toList();
    }

    @Override
    public void observed(UUID concentrator, ObservationReport report, boolean gap) {
        store.endRemoved(concentrator, report.appliedVersion(), clock.instant())
                .forEach(changes::announce);
    }

    static DesiredTunnel desired(Tunnel tunnel) {
        return new DesiredTunnel(
                tunnel.id(),
                tunnel.identity(),
                tunnel.concentrator().networks(),
                Stream.concat(
                                tunnel.protectedNetworks().stream(),
                                Stream.of(IpNetwork.of(tunnel.probeAddress())))
                        .toList(),
                tunnel.probeAddress(),
                Bundle.BRANCH.crypto());
    }
}
