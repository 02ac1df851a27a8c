package io.sallyport.pki.authority;

import java.security.cert.X509Certificate;

/**
 * The authorities that a running service uses. The root's key is not among them: it is opened for a
 * ceremony only.
 *
 * @param root what everybody trusts
 * @param sites issues what speaks IKE
 * @param internal issues what speaks TLS
 */
public record Authorities(
        X509Certificate root, CertificateAuthority sites, CertificateAuthority internal) {}
