package io.sallyport.pki.key;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A secret that people or files hold to open a key. It shows itself to nobody but the caller of
 * {@link #characters()}, and forgets itself when closed.
 */
public final class Passphrase implements AutoCloseable {

    // 32 symbols, without i, l, o and 0: a person may have to type it on a router's console.
    private static final char[] SYMBOLS = "abcdefghjkmnpqrstuvwxyz123456789".toCharArray();
    private static final int GROUPS = 5;
    private static final int GROUP_LENGTH = 5;

    private final char[] characters;
    private boolean closed;

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

    /** Overwrites the characters. Does nothing the second time. */
    @Override
    public synchronized void close() {
        Arrays.fill(characters, '\0');
        closed = true;
    }

    @Override
    public String toString() {
        return "Passphrase[hidden]";
    }
}
