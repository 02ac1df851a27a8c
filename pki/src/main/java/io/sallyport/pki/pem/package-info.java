/**
 * The textual encoding of certificates, requests, keys and CRLs (RFC 7468). Strict in what it
 * reads: base64 without stray characters, and a label that fits.
 */
package io.sallyport.pki.pem;
