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

    /** What everybody trusts. */
    public X509Certificate root() {
        return authorities.root();
    }

    /** Issues what speaks IKE. */
    public X509Certificate sites() {
        return authorities.sites().certificate();
    }

    /** Issues what gateways show to teleworkers' clients. */
    public X509Certificate gateways() {
        return authorities.gateways().certificate();
    }

    /** Issues what teleworkers' clients show to gateways. */
    public X509Certificate teleworkers() {
        return authorities.teleworkers().certificate();
    }

    /** Issues what our own processes show each other. */
    public X509Certificate internal() {
        return authorities.internal().certificate();
    }
}
