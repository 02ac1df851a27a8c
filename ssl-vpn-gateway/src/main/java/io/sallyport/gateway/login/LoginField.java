package io.sallyport.gateway.login;

import java.util.Optional;

/** The fields of a login that are read, by the names that clients know. */
enum LoginField {
    GROUP_LIST("group_list"),
    USERNAME("username"),
    PASSWORD("password"),
    /** Clients with a token fill it in themselves (openconnect --token-mode). */
    SECONDARY_PASSWORD("secondary_password"),
    /** The answer to a challenge, which clients with a token fill in too. */
    ANSWER("answer"),
    /** What the gateway gave the client to keep. */
    CONTINUATION("continuation");

    private final String fieldName;

    LoginField(String fieldName) {
        this.fieldName = fieldName;
    }

    String fieldName() {
        return fieldName;
    }

    static Optional<LoginField> of(String name) {
        for (LoginField field : values()) {
            if (field.fieldName.equals(name)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }
}
