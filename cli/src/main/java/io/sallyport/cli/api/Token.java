package io.sallyport.cli.api;

import java.util.regex.Pattern;

/** A bearer token. Its text goes into one header and one file, nowhere else. */
public final class Token {
    private static final int MAX_CHARACTERS = 4096;
    // RFC 6750 section 2.1: b64token.
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final String text;

    private Token(String text) {
        this.text = text;
    }

    /**
     * Takes a token as it was typed or read; white space around it does not belong to it.
     *
     * @throws IllegalArgumentException if it has not the form of a token; the message does not
     *     repeat it
     */
    public static Token parse(String typed) {
        String text = typed.strip();
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the token is empty");
        }
        if (text.length() > MAX_CHARACTERS || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected a token: one word of letters, digits and . _ ~ + / - =");
        }
        return new Token(text);
    }

    /** The secret itself. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "Token[hidden]";
    }
}
