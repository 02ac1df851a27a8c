package io.sallyport.gateway.http;

/**
 * The value of a header field in a reply: printable ASCII, so that nothing in it can end the field.
 * A reply takes its values as this type only.
 */
public record HeaderValue(String text) {
    /** More than any field of a reply needs. */
    public static final int MAX_LENGTH = 16_384;

    /**
     * @throws IllegalArgumentException if the text is not printable ASCII, or too long
     */
    public HeaderValue {
        if (text.length() > MAX_LENGTH || !text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
            throw new IllegalArgumentException("expected printable ASCII");
        }
    }

    public static HeaderValue of(long number) {
        return new HeaderValue(Long.toString(number));
    }

    /** A text for people: what is not printable ASCII becomes '?', what is too long is cut. */
    public static HeaderValue shown(String text) {
        String cut = text.substring(0, Math.min(text.length(), MAX_LENGTH));
        return new HeaderValue(cut.replaceAll("[^ -~]", "?"));
    }

    /** Leaves the value out: it can be a cookie. */
    @Override
    public String toString() {
        return "HeaderValue[%d]".formatted(text.length());
    }
}
