/**
 * What a certificate revocation list says (RFC 5280 section 5) and how it is numbered. Content
 * only: it is signed by {@link io.sallyport.pki.authority.CertificateAuthority}. OCSP answers say
 * the same of one certificate.
 */
package io.sallyport.pki.revocation;
