package io.sallyport.lab.product;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Locale;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What an authenticator program is given: it makes one-time passwords of six digits, one for each
 * thirty seconds (RFC 6238, HMAC-SHA1).
 *
 * @param base32 RFC 4648 section 6, without padding
 */
public record TotpSecret(String base32) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int STEP_SECONDS = 30;

    /** The one-time password of this moment. */
    public String at(Instant now) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(octets(), "HmacSHA1"));
            long step = now.getEpochSecond() / STEP_SECONDS;
            byte[] counter = new byte[8];
            for (int i = 7; i >= 0; i--, step >>= 8) {
                counter[i] = (byte) step;
            }
            byte[] digest = mac.doFinal(counter);
            // RFC 4226 section 5.3: dynamic truncation.
            int offset = digest[digest.length - 1] & 0xf;
            int binary = 0;
            for (int i = 0; i < 4; i++) {
                binary = (binary << 8) | (digest[offset + i] & 0xff);
            }
            return String.format(Locale.ROOT, "%06d", (binary & 0x7fff_ffff) % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    private byte[] octets() {
        byte[] octets = new byte[base32.length() * 5 / 8];
        int buffer = 0;
        int bits = 0;
        int next = 0;
        for (int i = 0; i < base32.length(); i++) {
            buffer = (buffer << 5) | ALPHABET.indexOf(base32.charAt(i));
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                octets[next++] = (byte) (buffer >> bits);
            }
        }
        return octets;
    }

    /** It is a secret. */
    @Override
    public String toString() {
        return "TotpSecret[hidden]";
    }
}
