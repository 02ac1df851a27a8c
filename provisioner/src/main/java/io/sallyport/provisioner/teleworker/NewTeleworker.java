package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.wire.LoginRequest;

import java.util.List;

/**
 * A teleworker as a customer types it.
 *
 * @param username 1 to 64 of a-z, 0-9, dot, hyphen, underscore
 * @param groups names of its groups; none if absent
 * @param password its first password; none if absent
 * @param generatePassword makes a password and shows it once
 * @param totp makes a secret for one-time passwords and shows it once
 */
record NewTeleworker(
        @Nullable String username,
        @Nullable List<String> groups,
        @Nullable String password,
        @Nullable Boolean generatePassword,
        @Nullable Boolean totp) {
    static final int MIN_PASSWORD = 12;

    /** The user name, when all is well; the groups are looked at where they are known. */
    Username checked() {
        var errors = new FieldErrors();
        var name = errors.required("username", username, Username::new);
        if (password != null) {
            if (Boolean.TRUE.equals(generatePassword)) {
                errors.add("password", "expected none together with \"generatePassword\": true");
            }
            errors.required("password", password, NewTeleworker::password);
        }
        errors.throwIfAny();
        return name.orElseThrow();
    }

    /**
     * A password as somebody chose it: long enough, and nothing else (NIST SP 800-63B section
     * 5.1.1.2 asks for length and advises against rules of composition).
     *
     * @throws IllegalArgumentException if it is too short or too long
     */
    static char[] password(String typed) {
        if (typed.codePointCount(0, typed.length()) < MIN_PASSWORD
                || typed.length() > LoginRequest.MAX_PASSWORD) {
            throw new IllegalArgumentException(
                    "expected %d to %d characters"
                            .formatted(MIN_PASSWORD, LoginRequest.MAX_PASSWORD));
        }
        return typed.toCharArray();
    }

    @Override
    public String toString() {
        return "NewTeleworker[username=%s]".formatted(username);
    }
}
