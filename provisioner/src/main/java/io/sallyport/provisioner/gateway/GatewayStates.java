package io.sallyport.provisioner.gateway;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.transaction.TransactionDefinition.Isolation;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.RevocationLists;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.wire.GatewayState;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each gateway has to serve, read from the tables. */
@Singleton
class GatewayStates {
    private final GatewayStore store;
    private final ServedGroups groups;
    private final SessionsToEnd sessionsToEnd;
    private final Certificates certificates;
    private final TrustedCertificates trusted;
    private final RevocationLists revocationLists;
    private final NodeKeys keys;
    private final Clock clock;

    GatewayStates(
            GatewayStore store,
            ServedGroups groups,
            SessionsToEnd sessionsToEnd,
            Certificates certificates,
            TrustedCertificates trusted,
            RevocationLists revocationLists,
            NodeKeys keys,
            Clock clock) {
        this.store = store;
        this.groups = groups;
        this.sessionsToEnd = sessionsToEnd;
        this.certificates = certificates;
        this.trusted = trusted;
        this.revocationLists = revocationLists;
        this.keys = keys;
        this.clock = clock;
    }

    /** The present version; cheap. Blocks. */
    @Connectable(readOnly = true)
    long version(UUID gateway) {
        return store.version(gateway);
    }

    /**
     * Takes note that the gateway asked. Blocks.
     *
     * @param after what it has: it puts a version into force before it asks for the next
     */
    @Transactional
    void asked(UUID gateway, long after) {
        store.fetched(gateway, clock.instant(), after);
    }

    /** The whole of it. Version and content are read from one snapshot of the tables. Blocks. */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    GatewayState of(UUID id) {
        Gateway gateway = store.find(id).orElseThrow();
        Gateway.Membership membership = gateway.membership().orElseThrow();
        return new GatewayState(
                gateway.desiredVersion(),
                id,
                gateway.customerName(),
                groups.of(gateway.customer()),
                gateway.poolV4(),
                gateway.poolV6(),
                GatewayEnrolments.serverChain(
                        certificates.find(membership.serverCertificate()).orElseThrow(), trusted),
                store.ocspStaple(id),
                Stream.concat(
                                trusted.accepted(AuthorityProfile.TELEWORKERS).stream(),
                                trusted.roots().stream())
                        .map(Pem::encode)
                        .collect(Collectors.joining()),
                revocationLists.accepted(AuthorityProfile.TELEWORKERS).stream()
                        .map(each -> each.list().pem())
                        .collect(Collectors.joining()),
                gateway.outerMtu(),
                gateway.dtlsPort(),
                gateway.disconnectedTimeoutSeconds(),
                sessionsToEnd.at(id),
                keys.order(id));
    }
}
