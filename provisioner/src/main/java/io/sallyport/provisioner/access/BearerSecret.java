package io.sallyport.provisioner.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A random secret that its holder shows as bearer token: 256 bits, as 43 characters of base64url.
 * Guessing is hopeless, so a plain hash is enough to keep; a slow one would only help attackers to
 * exhaust us.
 */
public final class BearerSecret {
    private static final int OCTETS = 32;
    private static final String TEXT = "[A-Za-z0-9_-]{43}";
    private static final Pattern HEADER =
            Pattern.compile("Bearer +(" + TEXT + ")", Pattern.CASE_INSENSITIVE);

    private final String text;

    private BearerSecret(String text) {
        this.text = text;
    }

    /** A new one. */
    public static BearerSecret random(SecureRandom random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return new BearerSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    /** The secret in an Authorization header (RFC 6750 section 2.1), if it has that form. */
    public static Optional<BearerSecret> ofHeader(String authorization) {
        return Optional.of(HEADER.matcher(authorization))
                .filter(matcher -> matcher.matches())
                .map(matcher -> new BearerSecret(matcher.group(1)));
    }

    /** The secret that is written so, if it has that form. */
    public static Optional<BearerSecret> of(String text) {
        return text.matches(TEXT) ? Optional.of(new BearerSecret(text)) : Optional.empty();
    }

    /** SHA-256 of the text, in hexadecimal: all that is ever stored. */
    public String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether this is the secret that the hash was made of; takes the same time for all. */
    public boolean matches(String hash) {
        return MessageDigest.isEqual(
                hash().getBytes(StandardCharsets.US_ASCII),
                hash.getBytes(StandardCharsets.US_ASCII));
    }

    /** The secret itself, for the one who is to hold it. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "BearerSecret[hidden]";
    }
}
