package io.sallyport.pki.profile;

/** What the holder may do with the key (RFC 5280 section 4.2.1.12). */
public enum ExtendedKeyUsage {
    /** id-kp-serverAuth. */
    SERVER_AUTH("1.3.6.1.5.5.7.3.1"),
    /** id-kp-clientAuth. */
    CLIENT_AUTH("1.3.6.1.5.5.7.3.2"),
    /** id-kp-ipsecIKE (RFC 4945 section 5.1.3.12). */
    IPSEC_IKE("1.3.6.1.5.5.7.3.17"),
    /** id-kp-OCSPSigning. */
    OCSP_SIGNING("1.3.6.1.5.5.7.3.9");

    private final String oid;

    ExtendedKeyUsage(String oid) {
        this.oid = oid;
    }

    /** The object identifier in dotted decimal. */
    public String oid() {
        return oid;
    }
}
