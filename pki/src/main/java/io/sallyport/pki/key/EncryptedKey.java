package io.sallyport.pki.key;

import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * A private key as encrypted PKCS#8 in PEM: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-GCM (RFC
 * 8018, RFC 5084; docs/adr/0090). Deriving the key takes a noticeable part of a second, on purpose.
 */
public final class EncryptedKey {
    // OWASP Password Storage Cheat Sheet (2023) for PBKDF2-HMAC-SHA256.
    static final int ITERATIONS = 600_000;

    private EncryptedKey() {}

    /** The key, encrypted under the passphrase. CPU-bound for a noticeable part of a second. */
    public static String encrypt(PrivateKey key, Passphrase passphrase, SecureRandom random) {
        byte[] clear = key.getEncoded();
        if (clear == null) {
            throw new IllegalArgumentException("a key that does not leave its token");
        }
        return Pem.encode(
                Pem.ENCRYPTED_PRIVATE_KEY,
                PasswordEncryption.AES_256_GCM.encrypt(clear, passphrase, ITERATIONS, random));
    }

    /**
     * The key in the PEM text, of a kind that {@link KeyAlgorithm} has; encrypted as here, or with
     * AES-256-CBC as earlier versions did.
     *
     * @throws MalformedPemException when there is not exactly one encrypted key in the text
     * @throws GeneralSecurityException when the passphrase is wrong or the content damaged
     */
    public static PrivateKey decrypt(String pem, Passphrase passphrase)
            throws IOException, GeneralSecurityException {
        List<byte[]> blocks = Pem.decode(Pem.ENCRYPTED_PRIVATE_KEY, pem);
        if (blocks.size() != 1) {
            throw new IOException("expected one encrypted key, found " + blocks.size());
        }
        byte[] clear = PasswordEncryption.decrypt(blocks.getFirst(), passphrase);
        try {
            return KeyFactory.getInstance(family(clear))
                    .generatePrivate(new PKCS8EncodedKeySpec(clear));
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    private static String family(byte[] privateKeyInfo) throws GeneralSecurityException {
        ASN1ObjectIdentifier oid;
        try {
            oid =
                    PrivateKeyInfo.getInstance(privateKeyInfo)
                            .getPrivateKeyAlgorithm()
                            .getAlgorithm();
        } catch (RuntimeException e) { // the ASN.1 library declares no exception and throws many
            throw new InvalidKeyException("no private key", e);
        }
        if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return "EC";
        }
        if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return "RSA";
        }
        if (oid.equals(SignatureScheme.ED25519.identifier().getAlgorithm())) {
            return "Ed25519";
        }
        if (oid.equals(NISTObjectIdentifiers.id_ml_dsa_65)) {
            return "ML-DSA-65";
        }
        throw new InvalidKeyException("a private key of algorithm " + oid);
    }
}
