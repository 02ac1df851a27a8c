package io.sallyport.provisioner.enrolment;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.SiteCertificates.Recorded;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.enrolment.Applicant.CertificateHolder;
import io.sallyport.provisioner.enrolment.Applicant.SecretHolder;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.tunnel.TunnelCertificates;
import io.sallyport.provisioner.tunnel.TunnelCertificates.Certified;
import io.sallyport.wire.DnsName;

import jakarta.inject.Singleton;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Certificates for the keys of branches' devices, whatever protocol asks. Who asks is looked at
 * before a single octet of the request is.
 *
 * <p>With a <em>secret</em> a device is set up, or set up anew: what its tunnel had before is
 * revoked, because it may be in the hands of whoever has the former device. With a
 * <em>certificate</em> a device renews: the one before stays good, so that it can change over
 * without an outage. The same request again gets the same certificate, because the first answer may
 * have been lost.
 */
@Singleton
public class BranchEnrolments {
    /** A device that did not hear the answer asks again within this time. */
    private static final Duration REPEATABLE = Duration.ofDays(1);

    private final EnrolmentSecrets secrets;
    private final TunnelCertificates tunnels;
    private final Certificates certificates;
    private final EndEntityProfile profile;
    private final Clock clock;

    BranchEnrolments(
            EnrolmentSecrets secrets,
            TunnelCertificates tunnels,
            Certificates certificates,
            Configuration configuration,
            Clock clock) {
        this.secrets = secrets;
        this.tunnels = tunnels;
        this.certificates = certificates;
        this.profile = configuration.branchProfile();
        this.clock = clock;
    }

    /**
     * Certifies the key of a request. Blocks.
     *
     * @param request PKCS#10 in DER, as it was sent
     * @throws ProblemException if the applicant may not ask, or the request is refused: then
     *     nothing has changed, and a secret is as good as before
     */
    @Transactional
    public X509Certificate enrol(Applicant applicant, byte[] request) {
        return switch (applicant) {
            case SecretHolder holder -> setUp(holder, request);
            case CertificateHolder holder -> renew(holder, request);
        };
    }

    /**
     * Whether the device with this certificate is asked to renew at once. Blocks.
     *
     * @param trustedRoots SHA-256 of the roots that it says it trusts; empty if it does not say
     * @throws ProblemException if the certificate does not hold
     */
    @Transactional
    public boolean isRenewalWished(CertificateHolder holder, List<String> trustedRoots) {
        UUID tunnel = tunnel(holder).id();
        if (!trustedRoots.isEmpty()) {
            tunnels.trusts(tunnel, trustedRoots);
        }
        return tunnels.isRenewalWished(tunnel);
    }

    private X509Certificate setUp(SecretHolder holder, byte[] octets) {
        UUID tunnelId =
                secrets.find(holder.secret())
                        .map(EnrolmentSecrets.Secret::tunnel)
                        .orElseThrow(EnrolmentRules::unknownSecret);
        Certified tunnel =
                tunnels.lock(tunnelId)
                        .filter(found -> isCalled(found, holder.name()))
                        .orElseThrow(EnrolmentRules::unknownSecret);
        // Again, under the lock: it may have been used, or replaced, in between.
        EnrolmentSecrets.Secret secret =
                secrets.find(holder.secret()).orElseThrow(EnrolmentRules::unknownSecret);
        String hash = EnrolmentRules.hash(octets);
        if (secret.use().isPresent()) {
            return again(secret.use().get(), hash);
        }
        VerifiedRequest request =
                EnrolmentRules.verified(
                        octets,
                        profile,
                        parsed -> parsed.requireNoOtherThan(names(tunnel.identity())));
        tunnels.all(tunnelId).forEach(certificates::revoke);
        tunnels.forgetKey(tunnelId);
        Recorded issued = issue(tunnel, request, hash);
        secrets.used(tunnelId, hash, issued.id());
        return issued.certificate();
    }

    private X509Certificate again(EnrolmentSecrets.Use use, String hash) {
        if (!use.requestHash().equals(hash)) {
            throw EnrolmentRules.usedSecret();
        }
        Certificate certificate = certificates.find(use.certificate()).orElseThrow();
        if (!certificate.holdsAt(clock.instant())) {
            throw ProblemException.of(
                    Kind.CONFLICT,
                    "the certificate that this secret was used for does not hold any more");
        }
        return certificates.certificate(certificate.id());
    }

    private X509Certificate renew(CertificateHolder holder, byte[] octets) {
        Instant now = clock.instant();
        Certified tunnel = tunnel(holder);
        String hash = EnrolmentRules.hash(octets);
        Optional<UUID> answered = tunnels.answered(tunnel.id(), hash, now.minus(REPEATABLE));
        if (answered.isPresent() && holds(answered.get(), now)) {
            return certificates.certificate(answered.get());
        }
        CertificateNames names = names(tunnel.identity());
        VerifiedRequest request =
                EnrolmentRules.verified(
                        octets,
                        profile,
                        parsed -> parsed.requireSameNames(holder.certificate(), names));
        if (tunnels.renewalsSince(tunnel.id(), now.minus(EnrolmentRules.RENEWALS_COUNTED))
                >= EnrolmentRules.RENEWALS_AT_MOST) {
            throw EnrolmentRules.tooMany("tunnel");
        }
        return issue(tunnel, request, hash).certificate();
    }

    private Certified tunnel(CertificateHolder holder) {
        Instant now = clock.instant();
        return certificates
                .find(holder.certificate())
                .filter(certificate -> certificate.holdsAt(now))
                .flatMap(certificate -> tunnels.holder(certificate.id()))
                .flatMap(tunnels::lock)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        Kind.FORBIDDEN,
                                        "the client certificate is revoked, or its tunnel has"
                                                + " ended"));
    }

    private boolean holds(UUID certificate, Instant now) {
        return certificates.find(certificate).filter(found -> found.holdsAt(now)).isPresent();
    }

    private Recorded issue(Certified tunnel, VerifiedRequest request, String hash) {
        Recorded issued = certificates.issueBranch(tunnel.identity(), request);
        tunnels.renewed(tunnel, issued.id(), hash, clock.instant());
        return issued;
    }

    private static boolean isCalled(Certified tunnel, String name) {
        return name.equalsIgnoreCase(tunnel.identity().value())
                || name.equals(tunnel.id().toString());
    }

    private static CertificateNames names(DnsName identity) {
        return CertificateNames.of(Identity.dns(identity.value()));
    }
}
