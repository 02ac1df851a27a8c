package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.Authorities;

import jakarta.inject.Singleton;

import java.security.cert.X509Certificate;

/** The certificates of our authorities. Nothing here blocks. */
@Singleton
public class TrustedCertificates {
    private final Authorities authorities;

    TrustedCertificates(Authorities authorities) {
        this.authorities = authorities;
    }

    /** Issues what speaks TLS. */
    public X509Certificate internal() {
        return authorities.internal().certificate();
    }
}
