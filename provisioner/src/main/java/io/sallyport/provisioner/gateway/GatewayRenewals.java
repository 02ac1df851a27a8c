package io.sallyport.provisioner.gateway;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.node.CallingNode;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.node.NodeKeys.Credential;
import io.sallyport.wire.GatewayEnrolment;

import jakarta.inject.Singleton;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives a gateway certificates for new keys, and takes note when it works with them. The same
 * requests again get the same answer, because the first may have been lost.
 */
@Singleton
class GatewayRenewals {
    private final GatewayStore store;
    private final GatewayEnrolments enrolments;
    private final OcspStaples staples;
    private final Certificates certificates;
    private final NodeKeys keys;
    private final Clock clock;

    GatewayRenewals(
            GatewayStore store,
            GatewayEnrolments enrolments,
            OcspStaples staples,
            Certificates certificates,
            NodeKeys keys,
            Clock clock) {
        this.store = store;
        this.enrolments = enrolments;
        this.staples = staples;
        this.certificates = certificates;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Certifies new keys; those in force stay so. Blocks.
     *
     * @param order that the keys were made for; null if for none
     * @param internalUrl what the node is told
     * @throws io.sallyport.provisioner.problem.ProblemException if a request is refused
     */
    @Transactional
    GatewayEnrolment.Answer renew(
            UUID id, @Nullable UUID order, GatewayEnrolment.Request request, URI internalUrl) {
        store.lock(id);
        Gateway gateway = store.find(id).orElseThrow();
        String requestHash = GatewayEnrolments.hash(request);
        Optional<Credential> before = keys.answered(id, requestHash);
        if (before.isPresent()) {
            return enrolments.answer(
                    gateway,
                    internalUrl,
                    certificates.find(before.get().clientCertificate()).orElseThrow(),
                    certificates.find(before.get().serviceCertificate()).orElseThrow());
        }
        GatewayEnrolments.Pair pair = enrolments.issue(gateway, request);
        keys.issued(
                NodeKind.GATEWAY, id, pair.client().id(), pair.server().id(), order, requestHash);
        return enrolments.answer(gateway, internalUrl, pair.client(), pair.server());
    }

    /**
     * The node works with the keys of the certificate it shows; its desired state has the server
     * certificate and an OCSP response about it from now on. Blocks.
     */
    @Transactional
    void inForce(CallingNode node, Instant since) {
        store.lock(node.id());
        Credential pair = keys.takeIntoForce(node.id(), node.certificate(), since);
        store.renewed(
                node.id(),
                pair.clientCertificate(),
                pair.serviceCertificate(),
                staples.of(pair.serviceCertificate()),
                clock.instant());
    }
}
