package io.sallyport.provisioner.teleworker;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.Pkcs12;
import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.access.CustomerRepository;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.session.Sessions;
import io.sallyport.provisioner.teleworker.TeleworkerStore.Certified;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Client certificates of teleworkers. A key that is made here is in the answer and nowhere else.
 * Every method blocks.
 */
@Singleton
class TeleworkerCertificates {
    private final TeleworkerStore store;
    private final TeleworkerDevices devices;
    private final CustomerRepository customers;
    private final Certificates certificates;
    private final Sessions sessions;
    private final TrustedCertificates trusted;
    private final Configuration configuration;
    private final SecureRandom random;
    private final Clock clock;

    TeleworkerCertificates(
            TeleworkerStore store,
            TeleworkerDevices devices,
            CustomerRepository customers,
            Certificates certificates,
            Sessions sessions,
            TrustedCertificates trusted,
            Configuration configuration,
            SecureRandom random,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.customers = customers;
        this.certificates = certificates;
        this.sessions = sessions;
        this.trusted = trusted;
        this.configuration = configuration;
        this.random = random;
        this.clock = clock;
    }

    /**
     * A new certificate.
     *
     * @param chainPem the certificate, its issuer
     * @param pkcs12 with the key, if it was made here
     */
    record New(Certificate certificate, String chainPem, Optional<Pkcs12> pkcs12) {}

    /**
     * Certifies the key of a request.
     *
     * @param lifetime from now on, at most {@link EndEntityProfile#LIFETIME_AT_MOST}
     */
    @Transactional
    New issue(UUID customer, UUID id, Duration lifetime, String requestPem) {
        CertificateNames names = names(customer, id);
        Certificate issued;
        try {
            issued =
                    certificates.issue(
                            EndEntityProfile.TELEWORKER.lasting(lifetime),
                            names,
                            VerifiedRequest.parse(
                                    requestPem.getBytes(StandardCharsets.UTF_8),
                                    EndEntityProfile.TELEWORKER));
        } catch (RequestRefusedException e) {
            throw ProblemException.of(Kind.INVALID_REQUEST, "csr", e.getMessage());
        }
        return recorded(customer, id, issued, Optional.empty());
    }

    /** Makes a key and certifies it; otherwise as for a request. */
    @Transactional
    New issue(UUID customer, UUID id, Duration lifetime) {
        CertificateNames names = names(customer, id);
        GeneratedKey key = GeneratedKey.p256(random);
        Certificate issued =
                certificates.issue(EndEntityProfile.TELEWORKER.lasting(lifetime), names, key);
        Pkcs12 pkcs12;
        try {
            pkcs12 =
                    Pkcs12.seal(
                            key,
                            Stream.concat(
                                            Stream.of(
                                                    Pem.certificates(issued.pem()).getFirst(),
                                                    trusted.issuerOf(issued)),
                                            // While one follows another, a gateway may be below
                                            // either.
                                            trusted.roots().stream())
                                    .toList(),
                            names.identity().text(),
                            random);
        } catch (MalformedPemException e) {
            throw new IllegalStateException("the certificate just issued cannot be read", e);
        }
        return recorded(customer, id, issued, Optional.of(pkcs12));
    }

    /** All that a teleworker ever got, the oldest first. */
    @Transactional(readOnly = true)
    List<Certified> of(UUID customer, UUID id) {
        return store.find(customer, id)
                .map(teleworker -> store.certificates(teleworker.id()))
                .orElseThrow(Teleworkers::unknown);
    }

    /**
     * Revokes one and what else its device holds, and ends what they opened; nothing happens to
     * those that are revoked.
     */
    @Transactional
    void revoke(UUID customer, UUID id, UUID certificate) {
        if (!store.lock(customer, id)) {
            throw Teleworkers.unknown();
        }
        if (store.certificates(id).stream().noneMatch(each -> each.id().equals(certificate))) {
            throw ProblemException.of(Kind.NOT_FOUND, "there is no such certificate");
        }
        Stream.concat(
                        Stream.of(certificate),
                        devices.besides(certificate, clock.instant()).stream())
                .forEach(this::revoke);
    }

    private void revoke(UUID certificate) {
        certificates.revoke(certificate);
        sessions.endOfCertificate(certificate, "Your client certificate has been revoked.");
    }

    /**
     * Revokes all that have not ended; within the caller's transaction, which has locked the
     * teleworker's row.
     */
    @Transactional
    void revokeAll(UUID id) {
        Instant now = clock.instant();
        store.certificates(id).stream()
                .filter(each -> each.revokedAt().isEmpty() && !each.notAfter().isBefore(now))
                .forEach(each -> certificates.revoke(each.id()));
    }

    private CertificateNames names(UUID customer, UUID id) {
        if (!store.lock(customer, id)) {
            throw Teleworkers.unknown();
        }
        Teleworker teleworker = store.find(customer, id).orElseThrow();
        return CertificateNames.of(
                TeleworkerDevices.identity(
                        teleworker.username().text(),
                        customers.findById(customer).orElseThrow().name(),
                        configuration.domain().value()));
    }

    private New recorded(UUID customer, UUID id, Certificate issued, Optional<Pkcs12> pkcs12) {
        store.insertCertificate(issued.id(), id, customer, null);
        return new New(issued, issued.pem() + Pem.encode(trusted.issuerOf(issued)), pkcs12);
    }
}
