package io.sallyport.gateway.login;

import java.util.Objects;

/** What a client is told in a login. */
public sealed interface LoginReply {

    /** Fill in this form. */
    record Ask(LoginForm form) implements LoginReply {
        public Ask {
            Objects.requireNonNull(form, "form");
        }
    }

    /** Begin again on a new connection and show a certificate there. */
    record AskForCertificate() implements LoginReply {}

    /**
     * No, and there is no use in asking again now.
     *
     * @param message for the user
     */
    record Refuse(String message) implements LoginReply {
        public Refuse {
            Objects.requireNonNull(message, "message");
        }
    }

    /** The user is verified. */
    record Welcome(VerifiedLogin login) implements LoginReply {
        public Welcome {
            Objects.requireNonNull(login, "login");
        }
    }
}
