package io.sallyport.provisioner.teleworker;

import java.util.regex.Pattern;

/**
 * Names a teleworker within its customer: 1 to 64 of a-z, 0-9, dot, hyphen and underscore, with a
 * letter or digit at both ends. Together with the customer's domain it is the name in certificates.
 */
public record Username(String text) {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

    /**
     * @throws IllegalArgumentException if it is none
     */
    public Username {
        if (!isOne(text)) {
            throw new IllegalArgumentException(
                    "expected 1 to 64 of a-z, 0-9 and inner dots, hyphens and underscores");
        }
    }

    /** Whether somebody can have this name. */
    public static boolean isOne(String text) {
        return SYNTAX.matcher(text).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
