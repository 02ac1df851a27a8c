package io.sallyport.provisioner.certificate;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.KnownAuthorities;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.session.Sessions;
import io.sallyport.provisioner.teleworker.TeleworkerDevices;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.CRLReason;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Lists and revokes. Every method blocks. */
@Singleton
class IssuedCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(IssuedCertificates.class);
    private static final String REVOKED = "Your client certificate has been revoked.";

    private final CertificateStore store;
    private final Certificates certificates;
    private final KnownAuthorities authorities;
    private final Sessions sessions;
    private final TeleworkerDevices devices;
    private final Clock clock;

    IssuedCertificates(
            CertificateStore store,
            Certificates certificates,
            KnownAuthorities authorities,
            Sessions sessions,
            TeleworkerDevices devices,
            Clock clock) {
        this.store = store;
        this.certificates = certificates;
        this.authorities = authorities;
        this.sessions = sessions;
        this.devices = devices;
        this.clock = clock;
    }

    /** As {@link CertificateStore#page}. */
    @Transactional(readOnly = true)
    List<IssuedCertificate> page(
            Optional<UUID> customer,
            Optional<String> profile,
            Optional<String> identity,
            Optional<String> after,
            int limit) {
        return store.page(customer, profile, identity, after, limit);
    }

    /**
     * The certificate with this serial number.
     *
     * @throws ProblemException if there is none, or it is somebody else's
     */
    @Transactional(readOnly = true)
    IssuedCertificate find(Optional<UUID> customer, String serialNumber) {
        return store.find(customer, serialNumber)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ProblemException.Kind.NOT_FOUND,
                                        "there is no certificate " + serialNumber));
    }

    /**
     * Revokes a certificate: in the CRL and by OCSP from the commit on. A branch loses its tunnel
     * and a teleworker the sessions that it opened; what else that teleworker's device holds is
     * revoked with it. One that is revoked stays as it is.
     *
     * @throws ProblemException if there is none, it is somebody else's, or an authority's
     */
    @Transactional
    IssuedCertificate revoke(Optional<UUID> customer, String serialNumber, CRLReason reason) {
        IssuedCertificate found = find(customer, serialNumber);
        if (authorities.isAuthority(found.profile())) {
            throw ProblemException.of(
                    ProblemException.Kind.CONFLICT,
                    "this is an authority: only the root revokes it, in a ceremony");
        }
        if (found.revokedAt().isPresent()) {
            return found;
        }
        certificates.revoke(found.id(), reason);
        if (found.profile().equals(EndEntityProfile.TELEWORKER.name())) {
            devices.besides(found.id(), clock.instant())
                    .forEach(each -> revokeOfTeleworker(each, reason));
            sessions.endOfCertificate(found.id(), REVOKED);
        }
        LOG.info("certificate {} of {} is revoked: {}", serialNumber, found.identity(), reason);
        return find(customer, serialNumber);
    }

    private void revokeOfTeleworker(UUID certificate, CRLReason reason) {
        certificates.revoke(certificate, reason);
        sessions.endOfCertificate(certificate, REVOKED);
    }

    /**
     * An authority and what it issued.
     *
     * @param issued its certificates that have not expired
     */
    record Authority(KnownAuthorities.Known known, long issued) {}

    /** The authorities, the root first. */
    @Transactional(readOnly = true)
    List<Authority> authorities() {
        return authorities.all().stream()
                .map(known -> new Authority(known, store.issuedBy(known.name(), clock.instant())))
                .toList();
    }
}
