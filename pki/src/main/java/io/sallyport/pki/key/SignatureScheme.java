package io.sallyport.pki.key;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** How an authority signs: one scheme for each kind of key, of the same strength as the key. */
public enum SignatureScheme {
    /** RFC 5758 section 3.2. */
    ECDSA_SHA256("SHA256withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA256.getId()),
    /** RFC 5758 section 3.2. */
    ECDSA_SHA384("SHA384withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA384.getId()),
    /** RFC 4055 section 5: PKCS#1 version 1.5, which old devices know, with NULL parameters. */
    RSA_SHA256("SHA256withRSA", PKCSObjectIdentifiers.sha256WithRSAEncryption.getId()),
    /** RFC 8410 section 3. */
    ED25519("Ed25519", "1.3.101.112"),
    /** RFC 9881 section 2. */
    ML_DSA_65("ML-DSA-65", NISTObjectIdentifiers.id_ml_dsa_65.getId());

    private final String jcaName;
    private final String oid;

    SignatureScheme(String jcaName, String oid) {
        this.jcaName = jcaName;
        this.oid = oid;
    }

    /** The scheme of that kind of key. */
    public static SignatureScheme of(KeyAlgorithm key) {
        return switch (key) {
            case EC_P256 -> ECDSA_SHA256;
            case EC_P384 -> ECDSA_SHA384;
            case RSA -> RSA_SHA256;
            case ED25519 -> ED25519;
            case ML_DSA_65 -> ML_DSA_65;
        };
    }

    /** The name for {@link java.security.Signature}. */
    public String jcaName() {
        return jcaName;
    }

    /** As it stands in certificates, CRLs and OCSP responses. */
    public AlgorithmIdentifier identifier() {
        ASN1ObjectIdentifier algorithm = new ASN1ObjectIdentifier(oid);
        return this == RSA_SHA256
                ? new AlgorithmIdentifier(algorithm, DERNull.INSTANCE)
                : new AlgorithmIdentifier(algorithm);
    }
}
