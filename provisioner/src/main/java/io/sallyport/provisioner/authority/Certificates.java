package io.sallyport.provisioner.authority;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.authority.Authorities;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.authority.CertificateRecorder;
import io.sallyport.pki.authority.Issued;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.request.VerifiedRequest;

import jakarta.inject.Singleton;

import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues and revokes. Everything happens within the caller's transaction, if there is one: a
 * certificate whose transaction is undone was never handed out.
 */
@Singleton
public class Certificates {
    private final Authorities authorities;
    private final CertificateRepository certificates;
    private final RevocationLists revocationLists;
    private final Clock clock;

    Certificates(
            Authorities authorities,
            CertificateRepository certificates,
            RevocationLists revocationLists,
            Clock clock) {
        this.authorities = authorities;
        this.certificates = certificates;
        this.revocationLists = revocationLists;
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
        authorityOf(profile).issue(profile, names, request, record);
        return record.recorded();
    }

    /** Issues a certificate for a key that was made in this process. Blocks. */
    @Transactional
    public Certificate issue(EndEntityProfile profile, CertificateNames names, GeneratedKey key) {
        var record = new Recorder();
        authorityOf(profile).issue(profile, names, key, record);
        return record.recorded();
    }

    /**
     * Revokes a certificate for good, and issues a CRL if it is one that charon sees. Does nothing
     * if it is revoked already. Blocks.
     *
     * <p>The new CRL changes the desired state of every concentrator: whoever changes one in the
     * same transaction revokes first, so that all take their locks in one order.
     */
    @Transactional
    public void revoke(UUID id, CRLReason reason) {
        if (certificates.revoke(id, clock.instant(), reason.name()) == 0) {
            return;
        }
        String authority = certificates.findById(id).orElseThrow().authority();
        if (authority.equals(Custody.commonName(authorities.sites()))) {
            revocationLists.issue();
        }
    }

    /** The certificate with this id. Blocks. */
    @Transactional(readOnly = true)
    public Optional<Certificate> find(UUID id) {
        return certificates.findById(id);
    }

    /** The record of this very certificate, if we issued it. Blocks. */
    @Transactional(readOnly = true)
    public Optional<Certificate> find(X509Certificate certificate) {
        return certificates
                .findByAuthorityAndSerialNumber(
                        Custody.issuerName(certificate), certificate.getSerialNumber().toString(16))
                .filter(row -> row.pem().equals(Pem.encode(certificate)));
    }

    private CertificateAuthority authorityOf(EndEntityProfile profile) {
        return authorities.sites().profile().endEntityProfiles().contains(profile.name())
                ? authorities.sites()
                : authorities.internal();
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
