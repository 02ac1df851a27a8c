package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.Authorities;
import io.sallyport.pki.pem.Pem;

import jakarta.inject.Singleton;

import java.security.cert.X509Certificate;

/** The certificates of our authorities. Nothing here blocks. */
@Singleton
public class TrustedCertificates {
    private final Authorities authorities;

    TrustedCertificates(Authorities authorities) {
        this.authorities = authorities;
    }

    /** What everybody trusts. */
    public X509Certificate root() {
        return authorities.root();
    }

    /** Issues what speaks IKE. */
    public X509Certificate sites() {
        return authorities.sites().certificate();
    }

    /** Issues what speaks TLS. */
    public X509Certificate internal() {
        return authorities.internal().certificate();
    }

    /** {@link #root} in PEM. */
    public String rootPem() {
        return Pem.encode(root());
    }

    /** {@link #sites} in PEM. */
    public String sitesPem() {
        return Pem.encode(sites());
    }

    /** {@link #internal} in PEM. */
    public String internalPem() {
        return Pem.encode(internal());
    }
}
