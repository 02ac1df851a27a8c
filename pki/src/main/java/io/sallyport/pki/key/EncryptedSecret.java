package io.sallyport.pki.key;

import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;

/**
 * A symmetric key in PEM, encrypted as {@link EncryptedKey} encrypts private ones: the content is
 * the key's octets in the place of a PrivateKeyInfo, and the label is ours.
 */
public final class EncryptedSecret {
    private static final String LABEL = "SALLYPORT ENCRYPTED SECRET";

    private EncryptedSecret() {}

    /**
     * The octets, encrypted under the passphrase. CPU-bound for a noticeable part of a second, the
     * first time that a passphrase is used.
     */
    public static String encrypt(byte[] secret, Passphrase passphrase, SecureRandom random) {
        return Pem.encode(
                LABEL,
                PasswordEncryption.AES_256_GCM.encrypt(
                        secret.clone(), passphrase, EncryptedKey.ITERATIONS, random));
    }

    /** Whether this is a text of ours; it may still be damaged. */
    public static boolean isIn(String text) {
        return text.startsWith("-----BEGIN " + LABEL);
    }

    /**
     * The octets in the PEM text, to be overwritten after use.
     *
     * @throws MalformedPemException when there is no PEM block in the text, or it is cut off
     * @throws IOException when there is not exactly one, or it has something else
     * @throws GeneralSecurityException when the passphrase is wrong or the content damaged
     */
    public static byte[] decrypt(String pem, Passphrase passphrase)
            throws IOException, GeneralSecurityException {
        List<byte[]> blocks = Pem.decode(LABEL, pem);
        if (blocks.size() != 1) {
            throw new IOException("expected one encrypted secret, found " + blocks.size());
        }
        return PasswordEncryption.decrypt(blocks.getFirst(), passphrase);
    }
}
