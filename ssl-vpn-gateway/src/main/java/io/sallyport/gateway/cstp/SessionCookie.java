package io.sallyport.gateway.cstp;

import java.util.regex.Pattern;

/**
 * The value of the cookie {@code webvpn}, as a client shows it: base64url, and nothing is known
 * about it yet. Whether it opens a session only {@link Sessions} can tell.
 */
public record SessionCookie(String text) {
    /** The longest that is read. */
    public static final int MAX_LENGTH = 128;

    private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9_-]{1," + MAX_LENGTH + "}");

    /**
     * @throws IllegalArgumentException if the text is empty, too long or not base64url
     */
    public SessionCookie {
        if (!isSyntax(text)) {
            throw new IllegalArgumentException("expected base64url");
        }
    }

    static boolean isSyntax(String text) {
        return SYNTAX.matcher(text).matches();
    }

    /** Leaves the value out: it opens a session. */
    @Override
    public String toString() {
        return "SessionCookie[]";
    }
}
