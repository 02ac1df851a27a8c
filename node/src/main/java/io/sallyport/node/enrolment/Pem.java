package io.sallyport.node.enrolment;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Textual encoding of one structure (RFC 7468 section 3, strict form). */
public final class Pem {
    private static final int LINE_LENGTH = 64;

    private Pem() {}

    static String encode(String label, byte[] der) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(der),
                        label);
    }

    /**
     * The DER of one structure.
     *
     * @throws IllegalArgumentException if the text is not one structure with this label
     */
    public static byte[] decode(String label, String pem) {
        String begin = "-----BEGIN %s-----".formatted(label);
        String end = "-----END %s-----".formatted(label);
        String text = pem.strip();
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            throw new IllegalArgumentException("expected one " + label + " in PEM");
        }
        String content = text.substring(begin.length(), text.length() - end.length());
        return Base64.getDecoder().decode(content.replaceAll("\\s", ""));
    }
}
