/**
 * What certificate revocation lists (RFC 5280 section 5) and OCSP responses (RFC 6960) say, how
 * lists are numbered, and what OCSP clients ask. Content only: it is signed in {@link
 * io.sallyport.pki.authority}.
 */
package io.sallyport.pki.revocation;
