package io.sallyport.vici;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value of a message: octets, mostly text. Immutable.
 *
 * <p>A value may be a private key, so {@link #toString} tells its length only.
 */
public final class ViciValue {
    /** What the 16-bit length field can say. A larger CRL, for one, cannot be loaded over VICI. */
    public static final int MAX_LENGTH = 0xFFFF;

    private final byte[] octets;

    private ViciValue(byte[] octets) {
        if (octets.length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "value of %d octets, VICI carries at most %d"
                            .formatted(octets.length, MAX_LENGTH));
        }
        this.octets = octets;
    }

    /**
     * A value of text, sent as UTF-8.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_LENGTH} octets
     */
    public static ViciValue of(String text) {
        return new ViciValue(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A value of octets, which are copied.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_LENGTH} octets
     */
    public static ViciValue of(byte[] octets) {
        return new ViciValue(octets.clone());
    }

    static ViciValue copyOf(byte[] octets, int from, int to) {
        return new ViciValue(Arrays.copyOfRange(octets, from, to));
    }

    /** The value as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
    public String text() {
        return new String(octets, StandardCharsets.UTF_8);
    }

    /** The value's octets, read-only. */
    public ByteBuffer octets() {
        return ByteBuffer.wrap(octets).asReadOnlyBuffer();
    }

    /** The number of octets. */
    public int length() {
        return octets.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ViciValue that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return "(" + octets.length + " octets)";
    }
}
