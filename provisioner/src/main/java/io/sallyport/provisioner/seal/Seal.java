package io.sallyport.provisioner.seal;

import io.sallyport.pki.key.Token;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals what nobody else must see in clear: AES-256-GCM (NIST SP 800-38D) under a key of {@link
 * SealKeys} or in a token, bound to what it is for. Thread-safe.
 */
public final class Seal {
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int KEY_OCTETS = 32;
    // SP 800-38D section 8.2.2: 96 random bits, good for 2^32 seals under one key.
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final Optional<Provider> provider;
    private final SecureRandom random;

    private Seal(SecretKey key, Optional<Provider> provider, SecureRandom random) {
        this.key = key;
        this.provider = provider;
        this.random = random;
    }

    /** One whose key is in a token and stays there; sealing and opening block on the token. */
    public static Seal of(Token token, SecretKey key, SecureRandom random) {
        return new Seal(key, Optional.of(token.provider()), random);
    }

    /** One with this key. */
    static Seal of(SecretKey key, SecureRandom random) {
        return new Seal(key, Optional.empty(), random);
    }

    /**
     * Makes sure that this is the seal that something was sealed with.
     *
     * @param file what to name in the message
     * @throws IOException if it is not
     */
    public void requireOpens(byte[] context, ByteBuffer sealed, Path file) throws IOException {
        byte[] octets = new byte[sealed.remaining()];
        sealed.duplicate().get(octets);
        byte[] clear =
                open(context, octets)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "%s does not open the keys that are in the database: restore the one that does"
                                                        .formatted(file)));
        Arrays.fill(clear, (byte) 0);
    }

    /** A seal of its own for this purpose, under a key derived from this one (RFC 5869). */
    public Seal derived(String purpose) {
        try {
            SecretKey derived =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveKey(
                                    "AES",
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(key)
                                            .thenExpand(
                                                    purpose.getBytes(StandardCharsets.US_ASCII),
                                                    KEY_OCTETS));
            return new Seal(derived, Optional.empty(), random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HKDF", e);
        }
    }

    /** Seals the octets for this context. */
    public byte[] seal(byte[] context, byte[] clear) {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        try {
            byte[] sealed = run(Cipher.ENCRYPT_MODE, context, nonce, clear, 0);
            return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal", e);
        }
    }

    /** Opens what was sealed for this context; empty if it was not, or was altered. */
    public Optional<byte[]> open(byte[] context, byte[] sealed) {
        if (sealed.length < NONCE_OCTETS) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_OCTETS);
        try {
            return Optional.of(run(Cipher.DECRYPT_MODE, context, nonce, sealed, NONCE_OCTETS));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private byte[] run(int mode, byte[] context, byte[] nonce, byte[] input, int from)
            throws GeneralSecurityException {
        Cipher cipher =
                provider.isPresent()
                        ? Cipher.getInstance(TRANSFORMATION, provider.get())
                        : Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher.doFinal(input, from, input.length - from);
    }

    @Override
    public String toString() {
        return "Seal[hidden]";
    }
}
