package io.sallyport.vici;

/** What charon takes an X.509 certificate for; the constants are its words. */
public enum CertificateFlag {
    /** An end entity. */
    NONE,
    /** A trusted certification authority; it must say so itself by its basic constraints. */
    CA,
    /** An attribute authority. */
    AA,
    /** An OCSP signer. */
    OCSP
}
