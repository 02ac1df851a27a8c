/**
 * The authorities: they issue certificates and sign CRLs, and this is the only package that holds
 * their keys. A key leaves it encrypted or not at all. Nothing is signed before {@link
 * io.sallyport.pki.lint} has passed it, and no certificate comes out before its {@link
 * io.sallyport.pki.authority.CertificateRecorder} has taken it.
 *
 * <p>What is signed is built from ASN.1 types here and signed by {@link java.security.Signature},
 * which finds the provider by the key, so a key in a PKCS#11 token signs like one in a file.
 * Renewal and roll-over are not here yet. OCSP responses are made to be stapled; a responder that
 * answers requests is not here yet.
 */
package io.sallyport.pki.authority;
