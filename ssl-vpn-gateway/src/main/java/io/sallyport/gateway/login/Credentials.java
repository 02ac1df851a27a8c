package io.sallyport.gateway.login;

import io.sallyport.wire.LoginRequest;

import java.util.Optional;

/**
 * What a user typed, and what came along with it; fields that were left empty are absent.
 *
 * @param username in the bounds of a {@link LoginRequest}, without control characters; so are the
 *     others
 * @param continuation of the challenge that is answered; only there when nobody typed a name, so
 *     that an old one, which clients send on and on, does no harm
 */
record Credentials(
        Optional<String> username,
        Optional<String> password,
        Optional<String> oneTimePassword,
        Optional<String> continuation) {

    static final Credentials NONE =
            new Credentials(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * @throws MalformedDocument if a text is longer than it can be, or holds control characters
     */
    static Credentials of(
            Optional<String> username,
            Optional<String> password,
            Optional<String> oneTimePassword,
            Optional<String> continuation)
            throws MalformedDocument {
        boolean named = username.isPresent();
        return new Credentials(
                bounded(username, LoginRequest.MAX_NAME),
                bounded(password, LoginRequest.MAX_PASSWORD),
                bounded(oneTimePassword, LoginRequest.MAX_ONE_TIME_PASSWORD),
                named ? Optional.empty() : bounded(continuation, LoginRequest.MAX_CONTINUATION));
    }

    private static Optional<String> bounded(Optional<String> text, int most)
            throws MalformedDocument {
        Optional<String> given = text.filter(typed -> !typed.isEmpty());
        if (given.isPresent()
                && (given.get().length() > most
                        || given.get().chars().anyMatch(Character::isISOControl))) {
            throw new MalformedDocument("a text that is too long, or holds control characters");
        }
        return given;
    }

    @Override
    public String toString() {
        return "Credentials[]";
    }
}
