package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.node.CallingNode;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.node.NodeKeys.Credential;
import io.sallyport.wire.Enrolment;

import jakarta.inject.Singleton;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives a concentrator certificates for new keys, and takes note when it works with them. The same
 * requests again get the same answer, because the first may have been lost.
 */
@Singleton
class Renewals {
    private final ConcentratorLock lock;
    private final ConcentratorRepository concentrators;
    private final Enrolments enrolments;
    private final Certificates certificates;
    private final NodeKeys keys;

    Renewals(
            ConcentratorLock lock,
            ConcentratorRepository concentrators,
            Enrolments enrolments,
            Certificates certificates,
            NodeKeys keys) {
        this.lock = lock;
        this.concentrators = concentrators;
        this.enrolments = enrolments;
        this.certificates = certificates;
        this.keys = keys;
    }

    /**
     * Certifies new keys; those in force stay so. Blocks.
     *
     * @param order that the keys were made for; null if for none
     * @param internalUrl what the node is told
     * @throws io.sallyport.provisioner.problem.ProblemException if a request is refused
     */
    @Transactional
    Enrolment.Answer renew(
            UUID id, @Nullable UUID order, Enrolment.Request request, URI internalUrl) {
        lock.take(id);
        String requestHash = Enrolments.hash(request);
        Optional<Credential> before = keys.answered(id, requestHash);
        if (before.isPresent()) {
            return enrolments.answer(
                    id,
                    internalUrl,
                    certificates.find(before.get().clientCertificate()).orElseThrow(),
                    certificates.find(before.get().serviceCertificate()).orElseThrow());
        }
        Concentrator concentrator = concentrators.findById(id).orElseThrow();
        Enrolments.Pair pair = enrolments.issue(concentrator, request);
        keys.issued(
                NodeKind.CONCENTRATOR, id, pair.client().id(), pair.ike().id(), order, requestHash);
        return enrolments.answer(id, internalUrl, pair.client(), pair.ike());
    }

    /** The node works with the keys of the certificate it shows. Blocks. */
    @Transactional
    void inForce(CallingNode node, Instant since) {
        lock.take(node.id());
        Credential pair = keys.takeIntoForce(node.id(), node.certificate(), since);
        concentrators.renewed(node.id(), pair.clientCertificate(), pair.serviceCertificate());
    }
}
