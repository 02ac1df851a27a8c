package io.sallyport.pki.key;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A secret that people or files hold to open a key. It shows itself to nobody but the caller of
 * {@link #characters()}, and forgets itself when closed. The keys derived from it are remembered as
 * long, for the other files that it protects (docs/adr/0096).
 */
public final class Passphrase implements AutoCloseable {

    // 32 symbols, without i, l, o and 0: a person may have to type it on a router's console.
    private static final char[] SYMBOLS = "abcdefghjkmnpqrstuvwxyz123456789".toCharArray();
    private static final int GROUPS = 5;
    private static final int GROUP_LENGTH = 5;

    private static final int SALT_OCTETS = 16;
    private static final int KEY_OCTETS = 32;

    private final char[] characters;
    private final List<Derived> derived = new ArrayList<>();
    private byte[] salt;
    private boolean closed;

    // A class, not a record: a record would say its key in toString.
    private static final class Derived {
        private final byte[] salt;
        private final int iterations;
        private final byte[] key;

        Derived(byte[] salt, int iterations, byte[] key) {
            this.salt = salt;
            this.iterations = iterations;
            this.key = key;
        }

        boolean isOf(byte[] otherSalt, int otherIterations) {
            return iterations == otherIterations && Arrays.equals(salt, otherSalt);
        }
    }

    private Passphrase(char[] characters) {
        this.characters = characters;
    }

    /**
     * A passphrase of these characters; they are copied, so the caller can and should overwrite its
     * own.
     *
     * @throws IllegalArgumentException when empty
     */
    public static Passphrase of(char[] characters) {
        if (characters.length == 0) {
            throw new IllegalArgumentException("an empty passphrase protects nothing");
        }
        return new Passphrase(characters.clone());
    }

    /** A new one: 25 symbols of 5 bits each, so 125 bits, in groups of five. */
    public static Passphrase random(SecureRandom random) {
        char[] characters = new char[GROUPS * GROUP_LENGTH + GROUPS - 1];
        for (int i = 0; i < characters.length; i++) {
            boolean separator = i % (GROUP_LENGTH + 1) == GROUP_LENGTH;
            characters[i] = separator ? '-' : SYMBOLS[random.nextInt(SYMBOLS.length)];
        }
        return new Passphrase(characters);
    }

    /**
     * A copy of the characters, for the one who hands it over or opens a key with it; to be
     * overwritten after use.
     *
     * @throws IllegalStateException when closed
     */
    public synchronized char[] characters() {
        if (closed) {
            throw new IllegalStateException("the passphrase is closed");
        }
        return characters.clone();
    }

    /**
     * The salt of what is encrypted under this passphrase from now on: that of the first file that
     * it opened, so that one derivation goes on opening all of them, or 16 octets drawn once.
     */
    synchronized byte[] salt(SecureRandom random) {
        if (salt == null) {
            salt = new byte[SALT_OCTETS];
            random.nextBytes(salt);
        }
        return salt.clone();
    }

    /** Takes note of the salt of a file that was proved to be encrypted under this passphrase. */
    synchronized void opened(byte[] saltOfFile) {
        if (salt == null && saltOfFile.length == SALT_OCTETS) {
            salt = saltOfFile.clone();
        }
    }

    /**
     * A key of 32 octets by PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2); to be overwritten after use.
     * CPU-bound for as long as the iterations take, the first time.
     *
     * @throws IllegalStateException when closed
     */
    synchronized byte[] derive(byte[] salt, int iterations) throws GeneralSecurityException {
        if (closed) {
            throw new IllegalStateException("the passphrase is closed");
        }
        for (Derived known : derived) {
            if (known.isOf(salt, iterations)) {
                return known.key.clone();
            }
        }
        PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, KEY_OCTETS * Byte.SIZE);
        try {
            byte[] key =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded();
            derived.add(new Derived(salt.clone(), iterations, key));
            return key.clone();
        } finally {
            spec.clearPassword();
        }
    }

    /** Overwrites the characters, and the keys derived from them. Does nothing the second time. */
    @Override
    public synchronized void close() {
        Arrays.fill(characters, '\0');
        derived.forEach(each -> Arrays.fill(each.key, (byte) 0));
        derived.clear();
        closed = true;
    }

    @Override
    public String toString() {
        return "Passphrase[hidden]";
    }
}
