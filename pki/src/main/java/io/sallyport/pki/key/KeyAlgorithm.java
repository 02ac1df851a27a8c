package io.sallyport.pki.key;

/** The kinds of key that a profile can allow. Whatever is not here is never certified. */
public enum KeyAlgorithm {
    /** ECDSA on NIST P-256 (RFC 5480: secp256r1). */
    EC_P256("EC P-256"),
    /** ECDSA on NIST P-384 (RFC 5480: secp384r1). */
    EC_P384("EC P-384"),
    /**
     * RSA with a modulus of 3072 to 8192 bits (RFC 8017; NIST SP 800-57 part 1: 128 bits of
     * strength).
     */
    RSA("RSA of at least 3072 bits"),
    /** EdDSA on Curve25519 (RFC 8410). */
    ED25519("Ed25519"),
    /**
     * ML-DSA-65 (FIPS 204, RFC 9881), for trials: no peer of ours but the JDK reads it yet, so no
     * profile has it unless {@link io.sallyport.pki.profile.EndEntityProfile#accepting} adds it.
     */
    ML_DSA_65("ML-DSA-65");

    private final String description;

    KeyAlgorithm(String description) {
        this.description = description;
    }

    /** What a customer would call it. */
    public String description() {
        return description;
    }
}
