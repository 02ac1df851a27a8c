package io.sallyport.provisioner.authority;

import io.sallyport.pki.profile.AuthorityProfile;

import jakarta.inject.Singleton;

import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates of our authorities. */
@Singleton
public class TrustedCertificates {
    private final AuthorityKeys keys;
    private final IssuingAuthorities authorities;

    TrustedCertificates(AuthorityKeys keys, IssuingAuthorities authorities) {
        this.keys = keys;
        this.authorities = authorities;
    }

    /** What everybody trusts. Does not block. */
    public X509Certificate root() {
        return keys.root();
    }

    /**
     * Those whose certificates are accepted for this purpose: the one that issues first, then the
     * next one, then those that are retired. Blocks on the database.
     */
    public List<X509Certificate> accepted(AuthorityProfile purpose) {
        return authorities.accepted(purpose).stream()
                .map(each -> each.authority().certificate())
                .toList();
    }

    /** Who signed that certificate. Does not block. */
    public X509Certificate issuerOf(Certificate certificate) {
        return authorities.named(certificate.authority()).certificate();
    }
}
