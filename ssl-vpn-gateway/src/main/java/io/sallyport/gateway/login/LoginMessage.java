package io.sallyport.gateway.login;

import io.sallyport.gateway.http.LoginPath;

import java.util.Optional;

/** What a client says in a login. */
public sealed interface LoginMessage {

    /** Where it was sent to. */
    LoginPath path();

    /** The group that the client chose in a list; what a client sends, so of any content. */
    Optional<String> groupSelect();

    /**
     * Begins the XML exchange, or begins anew with another group.
     *
     * @param certificateFailed the client was asked for a certificate and has none to show
     */
    record Init(LoginPath path, Optional<String> groupSelect, boolean certificateFailed)
            implements LoginMessage {}

    /** Asks for the form, without the XML exchange. */
    record Page(LoginPath path) implements LoginMessage {
        @Override
        public Optional<String> groupSelect() {
            return Optional.empty();
        }
    }

    /** A form that was filled in. */
    record Reply(LoginPath path, Optional<String> groupSelect, Credentials credentials)
            implements LoginMessage {}
}
