package io.sallyport.provisioner.gateway;

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
import io.sallyport.wire.GatewayEnrolment;

import jakarta.inject.Singleton;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Makes a node that shows its one-time secret a gateway. The same requests again within the
 * secret's life get the same answer, because the first answer may have been lost; other requests do
 * not.
 */
@Singleton
class GatewayEnrolments {
    private final GatewayStore store;
    private final OcspStaples staples;
    private final Certificates certificates;
    private final TrustedCertificates trusted;
    private final NodeKeys keys;
    private final Clock clock;

    GatewayEnrolments(
            GatewayStore store,
            OcspStaples staples,
            Certificates certificates,
            TrustedCertificates trusted,
            NodeKeys keys,
            Clock clock) {
        this.store = store;
        this.staples = staples;
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
    GatewayEnrolment.Answer enrol(
            BearerSecret secret, GatewayEnrolment.Request request, URI internalUrl) {
        GatewayStore.Enrolment enrolment =
                store.lockEnrolment(secret.hash())
                        .filter(row -> secret.matches(row.secretHash()))
                        .filter(row -> clock.instant().isBefore(row.expiresAt()))
                        .orElseThrow(GatewayEnrolments::unknownSecret);
        Gateway gateway = store.find(enrolment.gateway()).orElseThrow();
        String requestHash = hash(request);
        if (enrolment.requestHash().isEmpty()) {
            return first(gateway, request, requestHash, internalUrl);
        }
        if (!enrolment.requestHash().get().equals(requestHash)) {
            throw ProblemException.of(
                    Kind.CONFLICT, "the enrolment secret was used with other requests");
        }
        Gateway.Membership membership = gateway.membership().orElseThrow();
        return answer(
                gateway,
                internalUrl,
                certificates.find(membership.clientCertificate()).orElseThrow(),
                certificates.find(membership.serverCertificate()).orElseThrow());
    }

    static ProblemException unknownSecret() {
        return ProblemException.of(
                Kind.UNAUTHENTICATED, "the enrolment secret is not known, or its time is over");
    }

    /** Server certificate and what is above it, as TLS sends them. */
    static String serverChain(Certificate server, TrustedCertificates trusted) {
        return server.pem()
                + trusted.chainAbove(server).stream()
                        .map(Pem::encode)
                        .collect(Collectors.joining());
    }

    private GatewayEnrolment.Answer first(
            Gateway gateway,
            GatewayEnrolment.Request request,
            String requestHash,
            URI internalUrl) {
        // Of a node that enrolled before, and is set up anew.
        gateway.membership()
                .ifPresent(
                        former -> {
                            certificates.revoke(former.clientCertificate());
                            certificates.revoke(former.serverCertificate());
                        });
        Pair pair = issue(gateway, request);
        Certificate client = pair.client();
        Certificate server = pair.server();
        store.enrolled(
                gateway.id(),
                requestHash,
                new Gateway.Membership(clock.instant(), client.id(), server.id()),
                staples.of(server.id()));
        keys.enrolled(NodeKind.GATEWAY, gateway.id(), client.id(), server.id());
        return answer(gateway, internalUrl, client, server);
    }

    /** The certificates of one gateway. */
    record Pair(Certificate client, Certificate server) {}

    /**
     * Certifies the keys of two requests. Runs in the caller's transaction.
     *
     * @throws ProblemException if a request is refused
     */
    Pair issue(Gateway gateway, GatewayEnrolment.Request request) {
        return new Pair(
                issue(
                        EndEntityProfile.TLS_CLIENT,
                        CertificateNames.of(Identity.dns(gateway.identity().value())),
                        "clientRequestPem",
                        request.clientRequestPem()),
                issue(
                        EndEntityProfile.GATEWAY_TLS,
                        new CertificateNames(GatewayRegistration.identities(gateway.serverNames())),
                        "serverRequestPem",
                        request.serverRequestPem()));
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
    GatewayEnrolment.Answer answer(
            Gateway gateway, URI internalUrl, Certificate client, Certificate server) {
        return new GatewayEnrolment.Answer(
                gateway.id(),
                internalUrl,
                client.pem() + Pem.encode(trusted.issuerOf(client)),
                serverChain(server, trusted));
    }

    /** Tells requests apart. */
    static String hash(GatewayEnrolment.Request request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // PEM has no zero octet, so it separates.
            digest.update(request.clientRequestPem().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(request.serverRequestPem().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
