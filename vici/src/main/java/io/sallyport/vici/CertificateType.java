package io.sallyport.vici;

/** charon's kinds of certificates; the constants are its words. */
public enum CertificateType {
    /** An X.509 certificate. */
    X509,
    /** An X.509 attribute certificate. */
    X509_AC,
    /** A certificate revocation list. */
    X509_CRL,
    /** An OCSP response; is listed and flushed, cannot be loaded. */
    OCSP_RESPONSE,
    /** A bare public key. */
    PUBKEY
}
