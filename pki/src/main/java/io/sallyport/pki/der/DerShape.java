package io.sallyport.pki.der;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Looks at the skeleton of a DER encoding (X.690 section 10.1) before any decoder builds objects
 * from it: definite lengths that fit, nothing behind the end, and no nesting deep enough to exhaust
 * a stack.
 */
public final class DerShape {

    // The deepest place in a PKCS#10 request, a name inside an extension inside an attribute, is at
    // 9.
    private static final int DEPTH_AT_MOST = 20;
    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_TAG = 0x1f;

    private DerShape() {}

    /** Whether the octets are exactly one well-formed element. */
    public static boolean isOneElement(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        return element(in, 0) && !in.hasRemaining();
    }

    /** The encoding of the first element within a well-formed one, as it was sent. */
    public static byte[] firstWithin(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        in.get();
        length(in);
        int from = in.position();
        in.get();
        int length = length(in);
        return Arrays.copyOfRange(octets, from, in.position() + length);
    }

    private static boolean element(ByteBuffer in, int depth) {
        if (depth > DEPTH_AT_MOST || in.remaining() < 2) {
            return false;
        }
        int tag = Byte.toUnsignedInt(in.get());
        if ((tag & LONG_TAG) == LONG_TAG) {
            return false; // nothing that is sent to us has a tag number above 30
        }
        int length = length(in);
        if (length < 0 || length > in.remaining()) {
            return false;
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        if ((tag & CONSTRUCTED) != 0) {
            while (content.hasRemaining()) {
                if (!element(content, depth + 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * The length, or -1 when it is indefinite, longer than three octets or not the shortest form.
     */
    private static int length(ByteBuffer in) {
        int first = Byte.toUnsignedInt(in.get());
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3 || count > in.remaining()) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | Byte.toUnsignedInt(in.get());
        }
        boolean shortest = length >= 0x80 && length >> (8 * (count - 1)) != 0;
        return shortest ? length : -1;
    }
}
