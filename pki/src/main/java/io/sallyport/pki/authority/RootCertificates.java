package io.sallyport.pki.authority;

import io.sallyport.pki.profile.AuthorityProfile;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A root of a store, and how those who trust the one before it come to trust it.
 *
 * @param certificate signed with its own key
 * @param newWithOld its key, certified by the root before it (RFC 4210 section 4.4); empty for the
 *     first root
 */
public record RootCertificates(X509Certificate certificate, Optional<X509Certificate> newWithOld) {

    /** What addresses and folders call a root that is not the first: as other authorities. */
    String label() {
        return "root-" + ToBeSigned.keyLabel(certificate.getPublicKey());
    }

    /** Whether this root signed that certificate. */
    public boolean signed(X509Certificate other) {
        try {
            other.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /**
     * Refuses a root that another one does not vouch for.
     *
     * @return what the other one signed
     * @throws IOException if it is no root, or the other one did not certify its key and name
     */
    public X509Certificate requireVouchedFor(X509Certificate former) throws IOException {
        PendingAuthorities.requireRoot(certificate);
        X509Certificate vouched =
                newWithOld.orElseThrow(
                        () -> new IOException("authority root: nobody vouches for it"));
        boolean holds =
                new RootCertificates(former, Optional.empty()).signed(vouched)
                        && vouched.getPublicKey().equals(certificate.getPublicKey())
                        && vouched.getSubjectX500Principal()
                                .equals(certificate.getSubjectX500Principal())
                        && certificate
                                .getSubjectX500Principal()
                                .equals(former.getSubjectX500Principal())
                        && vouched.getBasicConstraints() == AuthorityProfile.ROOT.pathLength();
        if (!holds || certificate.equals(former)) {
            throw new IOException("authority root: the present root does not vouch for it");
        }
        return vouched;
    }
}
