package io.sallyport.gateway.login;

import io.sallyport.gateway.http.LoginPath;
import io.sallyport.wire.GroupPolicy;

import java.util.List;
import java.util.Optional;

/**
 * A form that a client shows to its user.
 *
 * @param action where the filled-in form goes to
 * @param message what to do
 * @param error why the form comes (again)
 * @param groups to choose from, the chosen one first; empty if there is no choice
 * @param inputs what is asked
 * @param continuation travels with the form, for a challenge
 */
record LoginForm(
        LoginPath action,
        String message,
        Optional<String> error,
        List<GroupPolicy> groups,
        List<Input> inputs,
        Optional<String> continuation) {
    LoginForm {
        groups = List.copyOf(groups);
        inputs = List.copyOf(inputs);
    }

    /** An input of the form. */
    enum Input {
        USERNAME(LoginField.USERNAME, "text", "User name:"),
        PASSWORD(LoginField.PASSWORD, "password", "Password:"),
        ONE_TIME_PASSWORD(LoginField.SECONDARY_PASSWORD, "password", "One-time password:"),
        ANSWER(LoginField.ANSWER, "password", "One-time password:");

        private final LoginField field;
        private final String type;
        private final String label;

        Input(LoginField field, String type, String label) {
            this.field = field;
            this.type = type;
            this.label = label;
        }

        LoginField field() {
            return field;
        }

        String type() {
            return type;
        }

        String label() {
            return label;
        }
    }

    /** Leaves the continuation out. */
    @Override
    public String toString() {
        return "LoginForm[action=%s, inputs=%s]".formatted(action, inputs);
    }
}
