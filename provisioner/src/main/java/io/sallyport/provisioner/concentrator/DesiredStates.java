package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.TransactionDefinition.Isolation;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.RevocationList;
import io.sallyport.provisioner.authority.RevocationLists;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.LocalEndpoint;

import jakarta.inject.Singleton;

import java.util.List;
import java.util.UUID;

/** What each concentrator has to be, read from the tables. */
@Singleton
class DesiredStates {
    /** Name of the authority for sites in every desired state. */
    private static final String SITES = "sites";

    private final ConcentratorRepository concentrators;
    private final List<OrderedTunnels> tunnels;
    private final SiteCertificates certificates;
    private final RevocationLists revocationLists;

    DesiredStates(
            ConcentratorRepository concentrators,
            List<OrderedTunnels> tunnels,
            SiteCertificates certificates,
            RevocationLists revocationLists) {
        this.concentrators = concentrators;
        this.tunnels = List.copyOf(tunnels);
        this.certificates = certificates;
        this.revocationLists = revocationLists;
    }

    /** The present version; cheap. Blocks. */
    @Transactional(readOnly = true)
    long version(UUID concentrator) {
        return concentrators.findDesiredVersion(concentrator).orElseThrow();
    }

    /** The whole of it. Version and content are read from one snapshot of the tables. Blocks. */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    DesiredState of(UUID id) {
        Concentrator concentrator = concentrators.findById(id).orElseThrow();
        RevocationList list = revocationLists.newest(AuthorityProfile.SITES);
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
                List.of(new DesiredState.RevocationList(SITES, list.number(), list.pem())),
                tunnels.stream().flatMap(part -> part.of(id).stream()).toList());
    }
}
