package io.sallyport.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the private keys of this node before they are written: AES-256-GCM (NIST SP 800-38D) under
 * a random key in a file that is not in the state directory (docs/adr/0091). Thread-safe.
 */
public final class KeySeal {
    private static final int KEY_OCTETS = 32;
    // SP 800-38D section 8.2.2: 96 random bits, good for 2^32 seals under one key.
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] CONTEXT = "sallyport node key".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final SecureRandom random = new SecureRandom();
    private Optional<SecretKey> key;

    private KeySeal(Path file, Optional<SecretKey> key) {
        this.file = file;
        this.key = key;
    }

    /**
     * The seal whose key is in this file. It is made when something is sealed for the first time.
     * Blocks.
     *
     * @param file 64 hexadecimal digits
     * @throws IOException if there is a file and it cannot be read, or is no key
     */
    public static KeySeal at(Path file) throws IOException {
        try {
            return new KeySeal(file, Optional.of(parse(file, Files.readString(file))));
        } catch (NoSuchFileException _) {
            return new KeySeal(file, Optional.empty());
        }
    }

    /**
     * Seals the octets. Blocks on the disk, the first time.
     *
     * @throws IOException if the key is to be made and cannot be kept; nothing was sealed
     */
    public byte[] seal(byte[] clear) throws IOException {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        try {
            byte[] sealed = run(Cipher.ENCRYPT_MODE, keptOrNew(), nonce, clear, 0);
            return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /**
     * Opens what was sealed.
     *
     * @throws IOException naming the file, if it is missing or has another key, or what was sealed
     *     is damaged
     */
    public byte[] open(byte[] sealed) throws IOException {
        if (kept().isEmpty()) {
            throw new IOException(
                    "%s is missing, and only it opens the keys of this node: restore it, or enrol the node anew"
                            .formatted(file));
        }
        if (sealed.length >= NONCE_OCTETS) {
            try {
                byte[] nonce = Arrays.copyOf(sealed, NONCE_OCTETS);
                return run(Cipher.DECRYPT_MODE, kept().get(), nonce, sealed, NONCE_OCTETS);
            } catch (GeneralSecurityException _) {
                // Said below, as of what is too short.
            }
        }
        throw new IOException(
                "%s does not open the keys of this node: it is another node's, or they are damaged; restore the one that does, or enrol the node anew"
                        .formatted(file));
    }

    private synchronized Optional<SecretKey> kept() {
        return key;
    }

    private synchronized SecretKey keptOrNew() throws IOException {
        if (key.isEmpty()) {
            byte[] made = new byte[KEY_OCTETS];
            random.nextBytes(made);
            keep(HexFormat.of().formatHex(made));
            key = Optional.of(new SecretKeySpec(made, "AES"));
            Arrays.fill(made, (byte) 0);
        }
        return key.get();
    }

    private void keep(String digits) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            StateDirectory.replace(file, digits.getBytes(StandardCharsets.US_ASCII), true);
            StateDirectory.force(directory);
        } catch (IOException e) {
            throw new IOException(
                    "%s: the key that seals this node's keys cannot be kept there".formatted(file),
                    e);
        }
    }

    private static SecretKey parse(Path file, String text) throws IOException {
        byte[] octets;
        try {
            octets = HexFormat.of().parseHex(text.strip());
        } catch (IllegalArgumentException _) { // its message has what is in the file
            octets = new byte[0];
        }
        if (octets.length != KEY_OCTETS) {
            throw new IOException(
                    "%s: expected %d hexadecimal digits".formatted(file, 2 * KEY_OCTETS));
        }
        SecretKey parsed = new SecretKeySpec(octets, "AES");
        Arrays.fill(octets, (byte) 0);
        return parsed;
    }

    private static byte[] run(int mode, SecretKey key, byte[] nonce, byte[] input, int from)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(CONTEXT);
        return cipher.doFinal(input, from, input.length - from);
    }

    @Override
    public String toString() {
        return "KeySeal[%s]".formatted(file);
    }
}
