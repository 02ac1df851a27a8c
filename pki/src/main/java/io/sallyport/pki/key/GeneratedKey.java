package io.sallyport.pki.key;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/**
 * A key pair that was made in this process: the proof of possession that a request gives for a
 * foreign key is not needed for it. There is no way to wrap any other pair.
 */
public final class GeneratedKey {

    private final KeyPair pair;

    private GeneratedKey(KeyPair pair) {
        this.pair = pair;
    }

    /** A new EC key on P-256. */
    public static GeneratedKey p256(SecureRandom random) {
        return make("EC", new ECGenParameterSpec("secp256r1"), random);
    }

    /** A new EC key on P-384. */
    public static GeneratedKey p384(SecureRandom random) {
        return make("EC", new ECGenParameterSpec("secp384r1"), random);
    }

    /** A new key of that kind; an RSA key has 3072 bits and takes a noticeable part of a second. */
    public static GeneratedKey of(KeyAlgorithm algorithm, SecureRandom random) {
        return switch (algorithm) {
            case EC_P256 -> p256(random);
            case EC_P384 -> p384(random);
            case RSA ->
                    make(
                            "RSA",
                            new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4),
                            random);
            case ED25519 -> make("Ed25519", NamedParameterSpec.ED25519, random);
            case ML_DSA_65 -> make("ML-DSA", NamedParameterSpec.ML_DSA_65, random);
        };
    }

    private static GeneratedKey make(
            String family, AlgorithmParameterSpec parameters, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
            generator.initialize(parameters, random);
            return new GeneratedKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no key of " + family, e);
        }
    }

    /** The public half. */
    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /** The secret half, for a key store or a TLS context. */
    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    @Override
    public String toString() {
        return "GeneratedKey[hidden]";
    }
}
