package io.sallyport.pki.key;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;

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
        return ec("secp256r1", random);
    }

    /** A new EC key on P-384. */
    public static GeneratedKey p384(SecureRandom random) {
        return ec("secp384r1", random);
    }

    private static GeneratedKey ec(String curve, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve), random);
            return new GeneratedKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no key on " + curve, e);
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
