package io.sallyport.provisioner.authority;

import io.sallyport.pki.profile.AuthorityProfile;

import jakarta.inject.Singleton;

import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates of our authorities. */
@Singleton
public class TrustedCertificates {
    private final Roots roots;
    private final IssuingAuthorities authorities;

    TrustedCertificates(Roots roots, IssuingAuthorities authorities) {
        this.roots = roots;
        this.authorities = authorities;
    }

    /**
     * What everybody trusts: the present root first, then the others that are accepted. Blocks on
     * the database.
     */
    public List<X509Certificate> roots() {
        return roots.accepted().stream().map(Roots.Generation::certificate).toList();
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

    /**
     * What accepted roots say of the keys of those that followed them (RFC 4210 section 4.4): by
     * this who knows a former root alone comes to trust the present one. Blocks on the database.
     */
    public List<X509Certificate> newWithOld() {
        return roots.newWithOld();
    }

    /** Who signed that certificate. Does not block. */
    public X509Certificate issuerOf(Certificate certificate) {
        return authorities.named(certificate.authority()).certificate();
    }

    /**
     * What a TLS server sends after that certificate, so that whoever trusts any of {@link #roots}
     * can verify it: its issuer first. Blocks on the database.
     */
    public List<X509Certificate> chainAbove(Certificate certificate) {
        return roots.chainFrom(authorities.named(certificate.authority()));
    }

    /** The same of what this purpose's authority issues now. Blocks on the database. */
    public List<X509Certificate> chainAbove(AuthorityProfile purpose) {
        return roots.chainFrom(authorities.current(purpose));
    }
}
