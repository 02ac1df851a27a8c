package io.sallyport.pki.lint;

import java.util.Optional;

/** One rule; its class name is its name. */
interface Rule {

    /** The section of its standard that it comes from. */
    String section();

    /** The standard that it comes from. */
    default String standard() {
        return "RFC 5280";
    }

    /**
     * What is wrong, or nothing. May throw any unchecked exception when the content cannot be
     * decoded.
     */
    Optional<String> violation(Candidate candidate);

    /** For rules that are one condition. */
    static Optional<String> unless(boolean kept, String violation) {
        return kept ? Optional.empty() : Optional.of(violation);
    }
}
