/**
 * Tells whoever asks what is revoked: CRLs (RFC 5280, application/pkix-crl) and OCSP (RFC 6960, RFC
 * 5019, RFC 9654) over HTTP without TLS, on a listener of its own. What is told is signed, and no
 * secret. The listener knows two kinds of path, keeps connections, requests and their time within
 * bounds, and shares neither code nor routes with the API's.
 */
package io.sallyport.provisioner.revocation;
