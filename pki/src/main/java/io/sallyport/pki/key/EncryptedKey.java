package io.sallyport.pki.key;

import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/**
 * A private key as encrypted PKCS#8 in PEM: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC
 * 8018), the strongest that OpenSSL, strongSwan and the JDK all read. Deriving the key takes a
 * noticeable part of a second, on purpose.
 */
public final class EncryptedKey {

    private static final String PBES2 = "PBEWithHmacSHA256AndAES_256";
    private static final int SALT_OCTETS = 16;
    // OWASP Password Storage Cheat Sheet (2023) for PBKDF2-HMAC-SHA256.
    private static final int ITERATIONS = 600_000;

    private EncryptedKey() {}

    /** The key, encrypted under the passphrase. CPU-bound for a noticeable part of a second. */
    public static String encrypt(PrivateKey key, Passphrase passphrase, SecureRandom random) {
        return Pem.encode(Pem.ENCRYPTED_PRIVATE_KEY, encrypt(key, passphrase, ITERATIONS, random));
    }

    /** The key as DER of EncryptedPrivateKeyInfo (RFC 5958 section 3). */
    static byte[] encrypt(
            PrivateKey key, Passphrase passphrase, int iterations, SecureRandom random) {
        byte[] clear = key.getEncoded();
        if (clear == null) {
            throw new IllegalArgumentException("a key that does not leave its token");
        }
        return encrypt(clear, passphrase, iterations, random);
    }

    /**
     * As {@link #encrypt(PrivateKey, Passphrase, int, SecureRandom)}.
     *
     * @param clear DER of PrivateKeyInfo; is overwritten
     */
    static byte[] encrypt(
            byte[] clear, Passphrase passphrase, int iterations, SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        try {
            Cipher cipher = Cipher.getInstance(PBES2);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    derive(passphrase),
                    new PBEParameterSpec(salt, iterations),
                    random);
            byte[] sealed = cipher.doFinal(clear);
            // The same parameters under the name that EncryptedPrivateKeyInfo knows the identifier
            // of.
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
            parameters.init(cipher.getParameters().getEncoded());
            return new EncryptedPrivateKeyInfo(parameters, sealed).getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot encrypt with " + PBES2, e);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /**
     * The key in the PEM text, of a kind that {@link KeyAlgorithm} has.
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
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(blocks.getFirst());
        Cipher cipher = Cipher.getInstance(PBES2);
        cipher.init(Cipher.DECRYPT_MODE, derive(passphrase), info.getAlgParameters());
        PKCS8EncodedKeySpec clear = info.getKeySpec(cipher);
        return KeyFactory.getInstance(family(clear.getEncoded())).generatePrivate(clear);
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
        } finally {
            Arrays.fill(privateKeyInfo, (byte) 0); // a copy
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

    private static SecretKey derive(Passphrase passphrase) throws GeneralSecurityException {
        char[] characters = passphrase.characters();
        PBEKeySpec spec = new PBEKeySpec(characters);
        try {
            return SecretKeyFactory.getInstance(PBES2).generateSecret(spec);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }
}
