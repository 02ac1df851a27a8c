package io.sallyport.provisioner.concentrator;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.transaction.TransactionDefinition.Isolation;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.RevocationLists;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.LocalEndpoint;

import jakarta.inject.Singleton;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What each concentrator has to be, read from the tables. */
@Singleton
class DesiredStates {
    private final ConcentratorRepository concentrators;
    private final List<OrderedTunnels> tunnels;
    private final SiteCertificates certificates;
    private final RevocationLists revocationLists;
    private final Reauthentications reauthentications;
    private final NodeKeys keys;

    DesiredStates(
            ConcentratorRepository concentrators,
            List<OrderedTunnels> tunnels,
            SiteCertificates certificates,
            RevocationLists revocationLists,
            Reauthentications reauthentications,
            NodeKeys keys) {
        this.concentrators = concentrators;
        this.tunnels = List.copyOf(tunnels);
        this.certificates = certificates;
        this.revocationLists = revocationLists;
        this.reauthentications = reauthentications;
        this.keys = keys;
    }

    /** The present version; cheap. Blocks. */
    @Connectable(readOnly = true)
    long version(UUID concentrator) {
        return concentrators.findDesiredVersion(concentrator).orElseThrow();
    }

    /** The whole of it. Version and content are read from one snapshot of the tables. Blocks. */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    DesiredState of(UUID id) {
        Concentrator concentrator = concentrators.findById(id).orElseThrow();
        Map<UUID, Instant> wanted = reauthentications.of(id);
        return new DesiredState(
                concentrator.desiredVersion(),
                id,
                new LocalEndpoint(
                        concentrator.identity(),
                        concentrator.ikeAddress(),
                        concentrator.probeSource()),
                certificates.trusted().stream()
                        .map(
                                trusted ->
                                        new Authority(
                                                trusted.name(), Pem.encode(trusted.certificate())))
                        .toList(),
                revocationLists.accepted(AuthorityProfile.SITES).stream()
                        .map(
                                each ->
                                        new DesiredState.RevocationList(
                                                each.authority(),
                                                each.list().number(),
                                                each.list().pem()))
                        .toList(),
                tunnels.stream()
                        .flatMap(part -> part.of(id).stream())
                        .map(tunnel -> with(tunnel, wanted))
                        .toList(),
                keys.order(id));
    }

    private static DesiredTunnel with(DesiredTunnel tunnel, Map<UUID, Instant> wanted) {
        Instant after = wanted.get(tunnel.id());
        return after == null
                ? tunnel
                : new DesiredTunnel(
                        tunnel.id(),
                        tunnel.remoteIdentity(),
                        tunnel.localNetworks(),
                        tunnel.remoteNetworks(),
                        tunnel.probeAddress(),
                        tunnel.crypto(),
                        Optional.of(after),
                        tunnel.revocation());
    }
}
