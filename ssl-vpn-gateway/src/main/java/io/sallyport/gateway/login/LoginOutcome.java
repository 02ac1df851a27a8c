package io.sallyport.gateway.login;

import io.sallyport.wire.LoginDecision;

import java.util.Locale;

/** What became of a filled-in form; for counters. */
public enum LoginOutcome {
    ACCEPTED,
    CHALLENGED,
    /** A field that the group asks for was left empty. */
    INCOMPLETE,
    WRONG_CREDENTIALS,
    WRONG_GROUP,
    CERTIFICATE_MISSING,
    CERTIFICATE_REFUSED,
    BLOCKED,
    TOO_MANY_ATTEMPTS,
    /** Too many from this address: not even asked. */
    ADDRESS_LIMITED,
    CHALLENGE_EXPIRED,
    AUTHORITY_BUSY,
    AUTHORITY_UNAVAILABLE,
    /** The authority accepted what was never shown, or asked for what no form can ask. */
    AUTHORITY_INCONSISTENT,
    /** The gateway takes no logins at present. */
    CLOSED,
    /** The user is verified, but there is no room for the session. */
    NO_ROOM;

    /** As a label of a metric. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether anybody can cause any number of these, because none of them counts as an attempt: too
     * many for a log.
     */
    public boolean isUnbounded() {
        return switch (this) {
            case INCOMPLETE, CERTIFICATE_MISSING, CERTIFICATE_REFUSED, ADDRESS_LIMITED, CLOSED ->
                    true;
            case ACCEPTED,
                    CHALLENGED,
                    WRONG_CREDENTIALS,
                    WRONG_GROUP,
                    BLOCKED,
                    TOO_MANY_ATTEMPTS,
                    CHALLENGE_EXPIRED,
                    AUTHORITY_BUSY,
                    AUTHORITY_UNAVAILABLE,
                    AUTHORITY_INCONSISTENT,
                    NO_ROOM ->
                    false;
        };
    }

    static LoginOutcome of(LoginDecision.Reason reason) {
        return switch (reason) {
            case CREDENTIALS -> WRONG_CREDENTIALS;
            case GROUP -> WRONG_GROUP;
            case CERTIFICATE_MISSING -> CERTIFICATE_MISSING;
            case CERTIFICATE -> CERTIFICATE_REFUSED;
            case BLOCKED -> BLOCKED;
            case TOO_MANY_ATTEMPTS -> TOO_MANY_ATTEMPTS;
            case CONTINUATION -> CHALLENGE_EXPIRED;
            case BUSY -> AUTHORITY_BUSY;
        };
    }
}
