/**
 * The documents of EST (RFC 7030) beside the PKCS#10 request: certificates in CMS and the
 * attributes that a request should have. Both are DER; how they travel over HTTP is the caller's
 * business. SCEP sends certificates in the same form (RFC 8894 section 3.4). JDK and BouncyCastle's
 * ASN.1 types.
 */
package io.sallyport.pki.est;
