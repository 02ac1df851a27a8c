package io.sallyport.pki.lint;

/**
 * A certificate that must not be signed. It is our mistake, not the requester's: a profile or its
 * caller is wrong.
 */
public final class LintViolationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String rule;

    LintViolationException(String rule, String source, String violation, Throwable cause) {
        super("%s (%s): %s".formatted(rule, source, violation), cause);
        this.rule = rule;
    }

    /** The name of the broken rule. */
    public String rule() {
        return rule;
    }
}
