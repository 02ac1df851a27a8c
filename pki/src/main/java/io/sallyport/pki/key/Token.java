package io.sallyport.pki.key;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;

import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;

/**
 * A PKCS#11 token that somebody is logged in to, through the JDK's SunPKCS11. Keys are made there,
 * sensitive and not extractable. Every method blocks; one thread.
 */
public final class Token {
    private static final int AES_BITS = 256;

    private final Provider provider;
    private final KeyStore store;
    private final String description;

    /**
     * Logs in to a token.
     *
     * @param library the token's PKCS#11 library, an absolute path
     * @param slot the number of its slot, as its own tool lists it
     * @param pin of the token's user; stays the caller's
     * @throws IOException when there is no such token or the PIN is wrong; three wrong ones lock
     *     many tokens
     */
    public Token(Path library, long slot, Passphrase pin) throws IOException {
        description = "PKCS#11 token in slot %d of %s".formatted(slot, library);
        char[] characters = pin.characters();
        try {
            provider = Security.getProvider("SunPKCS11").configure(configuration(library, slot));
            store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, characters);
        } catch (InvalidParameterException
                | ProviderException
                | GeneralSecurityException
                | IOException e) { // the last for a wrong PIN
            throw new IOException(description + ": cannot be opened", e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /** What it is; no secret. */
    public String description() {
        return description;
    }

    /** Does the work with the token's keys; not registered with the JDK. */
    public Provider provider() {
        return provider;
    }

    /** What the token keeps, by label. */
    public KeyStore store() {
        return store;
    }

    /**
     * The AES key of 256 bits that has this label; it is made if there is none.
     *
     * @throws IOException when the label is another object's, or the token does not do it
     */
    public SecretKey aesKey(String label) throws IOException {
        try {
            if (!store.containsAlias(label)) {
                KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
                generator.init(AES_BITS);
                store.setKeyEntry(label, generator.generateKey(), null, null);
            }
            Key key = store.getKey(label, null);
            if (key instanceof SecretKey secret && secret.getAlgorithm().equals("AES")) {
                return secret;
            }
            throw new IOException("%s: \"%s\" is no AES key".formatted(description, label));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(description + ": makes or shows no AES key", e);
        }
    }

    /**
     * As the JDK's PKCS#11 Reference Guide has it; inline configurations begin with two hyphens.
     */
    private static String configuration(Path library, long slot) {
        return """
        --name = sallyport-%d
        library = "%s"
        slot = %d
        attributes(generate, CKO_PRIVATE_KEY, *) = {
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_SIGN = true
        }
        attributes(generate, CKO_SECRET_KEY, CKK_AES) = {
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_ENCRYPT = true
          CKA_DECRYPT = true
        }
        """
                .formatted(slot, library, slot);
    }
}
