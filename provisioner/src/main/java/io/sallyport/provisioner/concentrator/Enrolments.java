package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.wire.Enrolment;

import jakarta.inject.Singleton;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes a node that shows its one-time secret a member. The same requests again within the secret's
 * life get the same answer, because the first answer may have been lost; other requests do not.
 */
@Singleton
class Enrolments {
    private final EnrolmentRepository enrolments;
    private final ConcentratorLock lock;
    private final ConcentratorRepository concentrators;
    private final Certificates certificates;
    private final TrustedCertificates trusted;
    private final NodeKeys keys;
    private final Clock clock;

    Enrolments(
            ConcentratorLock lock,
            EnrolmentRepository enrolments,
            ConcentratorRepository concentrators,
            Certificates certificates,
            TrustedCertificates trusted,
            NodeKeys keys,
            Clock clock) {
        this.enrolments = enrolments;
        this.lock = lock;
        this.concentrators = concentrators;
        this.certificates = certificates;
        this.trusted = trusted;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Enrols. Blocks.
     *
     * @param internalUrl what the node is told
     * @throws ProblemException if the secret is not good (any more), or a request is refused; then
     *     the secret is still unused
     */
    @Transactional
    Enrolment.Answer enrol(BearerSecret secret, Enrolment.Request request, URI internalUrl) {
        EnrolmentRow enrolment =
                enrolments
                        .lockBySecretHash(secret.hash())
                        .filter(row -> secret.matches(row.secretHash()))
                        .filter(row -> clock.instant().isBefore(row.expiresAt()))
                        .orElseThrow(Enrolments::unknownSecret);
        String requestHash = hash(request);
        if (enrolment.requestHash() == null) {
            // Before the lock: whoever revokes takes the authority's first.
            revokeFormer(concentrators.findById(enrolment.concentrator()).orElseThrow());
        }
        lock.take(enrolment.concentrator());
        Concentrator concentrator = concentrators.findById(enrolment.concentrator()).orElseThrow();
        if (enrolment.requestHash() == null) {
            return first(concentrator, request, requestHash, internalUrl);
        }
        if (!enrolment.requestHash().equals(requestHash)) {
            throw ProblemException.of(
                    Kind.CONFLICT, "the enrolment secret was used with other requests");
        }
        return answer(
                concentrator.id(),
                internalUrl,
                certificates.find(concentrator.clientCertificate()).orElseThrow(),
                certificates.find(concentrator.ikeCertificate()).orElseThrow());
    }

    /** Of a node that enrolled before, and is set up anew. */
    private void revokeFormer(Concentrator concentrator) {
        Stream.of(concentrator.clientCertificate(), concentrator.ikeCertificate())
                .filter(Objects::nonNull)
                .forEach(certificates::revoke);
    }

    static ProblemException unknownSecret() {
        return ProblemException.of(
                Kind.UNAUTHENTICATED, "the enrolment secret is not known, or its time is over");
    }

    private Enrolment.Answer first(
            Concentrator concentrator,
            Enrolment.Request request,
            String requestHash,
            URI internalUrl) {
        Pair pair = issue(concentrator, request);
        UUID client = pair.client().id();
        UUID ike = pair.ike().id();
        concentrators.enrolled(concentrator.id(), clock.instant(), client, ike);
        keys.enrolled(NodeKind.CONCENTRATOR, concentrator.id(), client, ike);
        enrolments.used(concentrator.id(), requestHash);
        return answer(concentrator.id(), internalUrl, pair.client(), pair.ike());
    }

    /** The certificates of one concentrator. */
    record Pair(Certificate client, Certificate ike) {}

    /**
     * Certifies the keys of two requests. Runs in the caller's transaction.
     *
     * @throws ProblemException if a request is refused
     */
    Pair issue(Concentrator concentrator, Enrolment.Request request) {
        CertificateNames names = CertificateNames.of(Identity.dns(concentrator.identity().value()));
        return new Pair(
                issue(
                        EndEntityProfile.TLS_CLIENT,
                        names,
                        "clientRequestPem",
                        request.clientRequestPem()),
                issue(
                        EndEntityProfile.CONCENTRATOR_IKE,
                        names,
                        "ikeRequestPem",
                        request.ikeRequestPem()));
    }

    private Certificate issue(
            EndEntityProfile profile, CertificateNames names, String field, String pem) {
        try {
            VerifiedRequest request =
                    VerifiedRequest.parse(pem.getBytes(StandardCharsets.UTF_8), profile);
            return certificates.issue(profile, names, request);
        } catch (RequestRefusedException e) {
            throw ProblemException.of(Kind.INVALID_REQUEST, field, e.getMessage());
        }
    }

    /** What a node is told of its certificates. */
    Enrolment.Answer answer(
            UUID concentrator, URI internalUrl, Certificate client, Certificate ike) {
        return new Enrolment.Answer(
                concentrator,
                internalUrl,
                client.pem() + Pem.encode(trusted.issuerOf(client)),
                ike.pem());
    }

    /** Tells requests apart. */
    static String hash(Enrolment.Request request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // PEM has no zero octet, so it separates.
            digest.update(request.clientRequestPem().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(request.ikeRequestPem().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
