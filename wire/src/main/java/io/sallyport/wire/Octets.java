package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Octets that another standard gives a meaning, such as a certificate in DER; base64 in JSON (RFC
 * 4648 section 4). Equality is by content; what it holds never changes.
 */
public record Octets(ByteBuffer content) {
    public Octets {
        content = ByteBuffer.wrap(copy(content)).asReadOnlyBuffer();
    }

    public static Octets of(byte[] octets) {
        return new Octets(ByteBuffer.wrap(octets));
    }

    /**
     * @throws IllegalArgumentException if the text is no base64
     */
    @JsonCreator
    public static Octets parse(String base64) {
        return of(Base64.getDecoder().decode(base64));
    }

    /** A view with a position of its own. */
    @Override
    public ByteBuffer content() {
        return content.duplicate();
    }

    public int length() {
        return content.remaining();
    }

    /** A copy. */
    public byte[] toArray() {
        return copy(content);
    }

    @JsonValue
    String base64() {
        return Base64.getEncoder().encodeToString(toArray());
    }

    /** Says how many there are, not which: they may be a secret. */
    @Override
    public String toString() {
        return "Octets[%d]".formatted(length());
    }

    private static byte[] copy(ByteBuffer content) {
        byte[] octets = new byte[content.remaining()];
        content.duplicate().get(octets);
        return octets;
    }
}
