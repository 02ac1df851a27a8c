package io.sallyport.cli.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The path and query of a request; what is typed in becomes one segment or one value of it. */
public final class ApiPath {
    private final String text;

    private ApiPath(String text) {
        this.text = text;
    }

    /** As in {@code of("v1", "orders", id)}. */
    public static ApiPath of(String... segments) {
        var text = new StringBuilder();
        for (String segment : segments) {
            // RFC 3986 section 5.2.4: these two would be taken away with what is before them.
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException("expected a name, got '%s'".formatted(segment));
            }
            text.append('/').append(encode(segment));
        }
        return new ApiPath(text.toString());
    }

    /** The same with one more parameter. */
    public ApiPath with(String name, String value) {
        return new ApiPath(text + (text.contains("?") ? "&" : "?") + name + "=" + encode(value));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text;
    }
}
