/**
 * The authorities: they issue certificates, sign CRLs and answer OCSP requests, and this is the
 * only package that holds their keys. A key leaves it encrypted or not at all. Nothing is signed
 * before {@link io.sallyport.pki.lint} has passed it, and no certificate comes out before its
 * {@link io.sallyport.pki.authority.CertificateRecorder} has taken it.
 *
 * <p>What is signed is built from ASN.1 types here and signed by {@link java.security.Signature},
 * in this process or in a PKCS#11 token. The root's key is used by a {@link
 * io.sallyport.pki.authority.Ceremony} alone. Renewal and roll-over are not here yet.
 */
package io.sallyport.pki.authority;
