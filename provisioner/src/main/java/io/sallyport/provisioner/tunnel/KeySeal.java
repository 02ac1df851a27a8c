package io.sallyport.provisioner.tunnel;

import io.micronaut.context.annotation.Context;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.PrivateFile;

import jakarta.inject.Inject;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what the database must not see in clear: AES-256-GCM (NIST SP 800-38D) under a key in a
 * file of the data directory, bound to the tunnel. Thread-safe.
 */
@Context
class KeySeal {
    private static final String FILE = "branch-key.seal";
    private static final int KEY_OCTETS = 32;
    // SP 800-38D section 8.2.2: 96 random bits, good for 2^32 seals under one key.
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random;

    @Inject
    KeySeal(Configuration configuration, SecureRandom random, KeptKeys kept) throws IOException {
        this(configuration.data().resolve(FILE), random, kept::any);
    }

    /**
     * Reads the key, or makes it at the first start.
     *
     * @param kept a key that was sealed before, if there is one
     * @throws IOException if the file is damaged, or missing though something was sealed with it,
     *     or another than that was sealed with: it would open none of that, and nobody would notice
     *     until a key is fetched
     */
    KeySeal(Path file, SecureRandom random, Supplier<Optional<KeptKeys.Sealed>> kept)
            throws IOException {
        this.random = random;
        Optional<KeptKeys.Sealed> waiting = kept.get();
        if (!Files.exists(file)) {
            if (waiting.isPresent()) {
                throw new IOException(
                        "%s is missing, and the database has keys that only it opens: restore it"
                                .formatted(file));
            }
            byte[] made = new byte[KEY_OCTETS];
            random.nextBytes(made);
            PrivateFile.write(file, HexFormat.of().formatHex(made));
        }
        byte[] octets;
        try {
            octets = HexFormat.of().parseHex(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged", e);
        }
        if (octets.length != KEY_OCTETS) {
            throw new IOException("%s: expected %d octets".formatted(file, KEY_OCTETS));
        }
        this.key = new SecretKeySpec(octets, "AES");
        Arrays.fill(octets, (byte) 0);
        if (waiting.isPresent()) {
            requireOpens(waiting.get(), file);
        }
    }

    private void requireOpens(KeptKeys.Sealed kept, Path file) throws IOException {
        byte[] sealed = new byte[kept.octets().remaining()];
        kept.octets().duplicate().get(sealed);
        try {
            Arrays.fill(open(kept.tunnel(), sealed), (byte) 0);
        } catch (IllegalStateException e) {
            throw new IOException(
                    "%s does not open the keys that wait in the database: restore the one that does"
                            .formatted(file),
                    e);
        }
    }

    /** Seals the octets for this tunnel. */
    byte[] seal(UUID tunnel, byte[] clear) {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, tunnel, nonce, clear, 0);
        return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    }

    /**
     * Opens what was sealed for this tunnel.
     *
     * @throws IllegalStateException if it was sealed for another, with another key, or altered
     */
    byte[] open(UUID tunnel, byte[] sealed) {
        if (sealed.length < NONCE_OCTETS) {
            throw new IllegalStateException("expected a sealed key, got too few octets");
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_OCTETS);
        return run(Cipher.DECRYPT_MODE, tunnel, nonce, sealed, NONCE_OCTETS);
    }

    private byte[] run(int mode, UUID tunnel, byte[] nonce, byte[] input, int from) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(
                    ByteBuffer.allocate(Long.BYTES * 2)
                            .putLong(tunnel.getMostSignificantBits())
                            .putLong(tunnel.getLeastSignificantBits())
                            .array());
            return cipher.doFinal(input, from, input.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "the sealed key of tunnel %s cannot be used with %s".formatted(tunnel, FILE),
                    e);
        }
    }
}
