package io.sallyport.provisioner.authority;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.authority.CertificateRecorder;
import io.sallyport.pki.authority.Issued;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.pki.revocation.OcspContent;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.wire.DnsName;

import jakarta.inject.Singleton;

import java.math.BigInteger;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Issues and revokes. Everything happens within the caller's transaction, if there is one: a
 * certificate whose transaction is undone was never handed out.
 */
@Singleton
public class Certificates implements SiteCertificates {
    private final IssuingAuthorities authorities;
    private final Roots roots;
    private final CertificateRepository certificates;
    private final RevocationLists revocationLists;
    private final EndEntityProfile branch;
    private final Clock clock;

    Certificates(
            IssuingAuthorities authorities,
            Roots roots,
            CertificateRepository certificates,
            RevocationLists revocationLists,
            Configuration configuration,
            Clock clock) {
        this.authorities = authorities;
        this.roots = roots;
        this.certificates = certificates;
        this.revocationLists = revocationLists;
        this.branch = configuration.branchProfile();
        this.clock = clock;
    }

    /**
     * Issues a certificate for the key of a request, by the authority that the profile belongs to.
     * Blocks.
     *
     * @throws io.sallyport.pki.request.RequestRefusedException if the request names somebody else
     */
    @Transactional
    public Certificate issue(
            EndEntityProfile profile, CertificateNames names, VerifiedRequest request) {
        var record = new Recorder();
        authorities.issuerOf(profile).issue(profile, names, request, record);
        return record.recorded();
    }

    /** Issues a certificate for a key that was made in this process. Blocks. */
    @Transactional
    public Certificate issue(EndEntityProfile profile, CertificateNames names, GeneratedKey key) {
        var record = new Recorder();
        authorities.issuerOf(profile).issue(profile, names, key, record);
        return record.recorded();
    }

    @Override
    @Transactional
    public Recorded issueBranch(DnsName identity, VerifiedRequest request) {
        return recorded(issue(branch, names(identity), request));
    }

    @Override
    @Transactional
    public Recorded issueBranch(DnsName identity, GeneratedKey key) {
        return recorded(issue(branch, names(identity), key));
    }

    @Override
    @Transactional(readOnly = true)
    public X509Certificate certificate(UUID id) {
        return parsed(certificates.findById(id).orElseThrow());
    }

    /**
     * {@inheritDoc}
     *
     * <p>The new CRL changes the desired state of every concentrator, or of every gateway: whoever
     * changes one in the same transaction revokes first, so that all take their locks in one order.
     */
    @Override
    @Transactional
    public void revoke(UUID id) {
        revoke(id, CRLReason.CESSATION_OF_OPERATION);
    }

    /**
     * Revokes a certificate for that reason, and makes the CRL that says so; otherwise as {@link
     * #revoke(UUID)}.
     *
     * @throws IllegalArgumentException if it is a reason to be on hold, or none at all
     */
    @Transactional
    public void revoke(UUID id, CRLReason reason) {
        if (reason == CRLReason.CERTIFICATE_HOLD) {
            throw new IllegalArgumentException("nothing here takes a certificate off hold");
        }
        if (certificates.revoke(id, clock.instant(), reason.name()) == 1) {
            revocationLists.revoked(certificates.findById(id).orElseThrow().authority());
        }
    }

    @Override
    @Transactional(readOnly = true)
    public List<Trusted> trusted() {
        return Stream.concat(
                        roots.accepted().stream()
                                .map(each -> new Trusted(each.row().folder(), each.certificate())),
                        authorities.accepted(AuthorityProfile.SITES).stream()
                                .map(
                                        each ->
                                                new Trusted(
                                                        each.row().folder(),
                                                        each.authority().certificate())))
                .toList();
    }

    /** The certificate with this id. Blocks. */
    @Transactional(readOnly = true)
    public Optional<Certificate> find(UUID id) {
        return certificates.findById(id);
    }

    /**
     * An OCSP response about a certificate of an authority for gateways, reliable from now for that
     * long; in DER. Blocks.
     */
    @Transactional(readOnly = true)
    public byte[] ocspResponse(UUID id, Duration reliableFor) {
        Certificate row = certificates.findById(id).orElseThrow();
        BigInteger serialNumber = new BigInteger(row.serialNumber(), 16);
        Instant now = clock.instant();
        OcspContent content =
                row.revokedAt() == null
                        ? OcspContent.good(serialNumber, now, reliableFor)
                        : OcspContent.revoked(RevocationLists.entry(row), now, reliableFor);
        return authorities.named(row.authority()).sign(content);
    }

    /** The record of this very certificate, if we issued it. Blocks. */
    @Connectable(readOnly = true)
    public Optional<Certificate> find(X509Certificate certificate) {
        return certificates
                .findByAuthorityAndSerialNumber(
                        Custody.issuerName(certificate), certificate.getSerialNumber().toString(16))
                .filter(row -> row.pem().equals(Pem.encode(certificate)));
    }

    private static CertificateNames names(DnsName identity) {
        return CertificateNames.of(Identity.dns(identity.value()));
    }

    private static Recorded recorded(Certificate row) {
        return new Recorded(row.id(), parsed(row));
    }

    private static X509Certificate parsed(Certificate row) {
        try {
            return Pem.certificates(row.pem()).getFirst();
        } catch (MalformedPemException e) {
            throw new IllegalStateException("certificate %s is damaged".formatted(row.id()), e);
        }
    }

    private final class Recorder implements CertificateRecorder {
        private Certificate row;

        @Override
        public void record(Issued issued) {
            row = certificates.save(Custody.row(issued, clock.instant()));
        }

        Certificate recorded() {
            return row;
        }
    }
}
