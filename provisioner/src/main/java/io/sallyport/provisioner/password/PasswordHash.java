package io.sallyport.provisioner.password;

import org.bouncycastle.crypto.PasswordConverter;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Argon2id hash with its parameters and salt, written as is usual: {@code
 * $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}, base64 without padding. Making and checking one takes
 * CPU for tens of milliseconds and the memory that its parameters say. For as long the calling
 * thread may be in native code (docs/adr/0079).
 */
public final class PasswordHash {
    // OWASP Password Storage Cheat Sheet; docs/adr/0055 says why not more.
    private static final int MEMORY_KIB = 19_456;
    private static final int ITERATIONS = 2;
    private static final int LANES = 1;
    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 32;

    // Bounds of what is read: a damaged row must not take all memory.
    private static final Pattern SYNTAX =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=([1-9][0-9]{1,5}),t=([1-9][0-9]?),p=([1-9][0-9]?)"
                            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final int memoryKib;
    private final int iterations;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int memoryKib, int iterations, int lanes, byte[] salt, byte[] hash) {
        this.memoryKib = memoryKib;
        this.iterations = iterations;
        this.lanes = lanes;
        this.salt = salt;
        this.hash = hash;
    }

    /** Hashes a password with a new salt. */
    public static PasswordHash of(char[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return new PasswordHash(
                MEMORY_KIB,
                ITERATIONS,
                LANES,
                salt,
                argon2id(password, salt, MEMORY_KIB, ITERATIONS, LANES, HASH_OCTETS));
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static PasswordHash parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected an argon2id hash");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new PasswordHash(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                base64.decode(matcher.group(4)),
                base64.decode(matcher.group(5)));
    }

    /** Whether this is the password that the hash was made of; takes the same time for all. */
    public boolean matches(char[] password) {
        return MessageDigest.isEqual(
                hash, argon2id(password, salt, memoryKib, iterations, lanes, hash.length));
    }

    /** The text to be stored. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        memoryKib,
                        iterations,
                        lanes,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    @Override
    public String toString() {
        return "PasswordHash[hidden]";
    }

    private static byte[] argon2id(
            char[] password, byte[] salt, int memoryKib, int iterations, int lanes, int octets) {
        byte[] hash = new byte[octets];
        byte[] typed = PasswordConverter.UTF8.convert(password);
        try {
            boolean done =
                    Sodium.installed()
                            .map(
                                    sodium ->
                                            sodium.argon2id(
                                                    typed,
                                                    salt,
                                                    memoryKib,
                                                    iterations,
                                                    lanes,
                                                    hash))
                            .orElse(false);
            if (!done) {
                inJava(typed, salt, memoryKib, iterations, lanes, hash);
            }
            return hash;
        } finally {
            Arrays.fill(typed, (byte) 0);
        }
    }

    /** What {@link Sodium} does, three times as slowly, on any machine. */
    static void inJava(
            byte[] password, byte[] salt, int memoryKib, int iterations, int lanes, byte[] hash) {
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(memoryKib)
                        .withIterations(iterations)
                        .withParallelism(lanes)
                        .withSalt(salt)
                        .build());
        generator.generateBytes(password, hash);
    }
}
