package io.sallyport.provisioner.totp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that codes are made of: HMAC-SHA-1, six digits, steps of 30 s from 1970 on, which is
 * what every authenticator program does whatever else its URI says.
 */
public final class Totp {
    /** What RFC 4226 section 4 recommends (R6). */
    private static final int SECRET_OCTETS = 20;

    private static final int DIGITS = 6;
    private static final int MODULUS = 1_000_000;
    private static final long STEP_SECONDS = 30;
    // RFC 6238 section 5.2: one step for the clock and the way, here in both directions.
    private static final int STEPS_ASIDE = 1;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final byte[] secret;

    private Totp(byte[] secret) {
        this.secret = secret;
    }

    /** A new one. */
    public static Totp random(SecureRandom random) {
        byte[] secret = new byte[SECRET_OCTETS];
        random.nextBytes(secret);
        return new Totp(secret);
    }

    /** The one of these octets. */
    public static Totp of(byte[] secret) {
        return new Totp(secret.clone());
    }

    /** A copy of the secret, to be sealed. */
    public byte[] secret() {
        return secret.clone();
    }

    /** The secret as authenticator programs take it: base32 (RFC 4648 section 6), no padding. */
    public String base32() {
        var text = new StringBuilder();
        int buffer = 0;
        int bits = 0;
        for (byte octet : secret) {
            buffer = (buffer << 8) | Byte.toUnsignedInt(octet);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt((buffer >> bits) & 31));
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) {
            text.append(BASE32.charAt((buffer << (5 - bits)) & 31));
        }
        return text.toString();
    }

    /**
     * What authenticator programs read as a QR code (Google's key URI format).
     *
     * @param issuer a plain word
     * @param account plain characters and @
     */
    public String uri(String issuer, String account) {
        return "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d"
                .formatted(issuer, account, base32(), issuer, DIGITS, STEP_SECONDS);
    }

    /**
     * The time step of a code.
     *
     * @param code as typed
     * @param after only later steps count: a code is good once
     * @return empty if it is not a code of this time; takes the same time for all codes
     */
    public OptionalLong step(String code, Instant now, long after) {
        byte[] typed = code.strip().getBytes(StandardCharsets.UTF_8);
        long present = Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
        OptionalLong found = OptionalLong.empty();
        for (long step = present - STEPS_ASIDE; step <= present + STEPS_ASIDE; step++) {
            boolean equal =
                    MessageDigest.isEqual(typed, code(step).getBytes(StandardCharsets.US_ASCII));
            if (equal && step > after && found.isEmpty()) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /** The code of a moment. */
    public String code(Instant at) {
        return code(Math.floorDiv(at.getEpochSecond(), STEP_SECONDS));
    }

    @Override
    public String toString() {
        return "Totp[hidden]";
    }

    // RFC 4226 section 5.3.
    private String code(long step) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int offset = hash[hash.length - 1] & 0x0f;
            int number = ByteBuffer.wrap(hash).getInt(offset) & 0x7fff_ffff;
            return "%06d".formatted(number % MODULUS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-1", e);
        }
    }
}
