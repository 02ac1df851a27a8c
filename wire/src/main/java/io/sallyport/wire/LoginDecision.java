package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.util.Objects;

/** What the provisioner says to a {@link LoginRequest}. Messages are for the user as they are. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "decision")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LoginDecision.Accepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = LoginDecision.Challenge.class, name = "challenge"),
    @JsonSubTypes.Type(value = LoginDecision.Refused.class, name = "refused")
})
public sealed interface LoginDecision {

    /** Every factor that the group requires was proved. */
    record Accepted(LoginGrant grant) implements LoginDecision {
        public Accepted {
            Objects.requireNonNull(grant, "grant");
        }
    }

    /**
     * What came so far was right; one more factor is asked for.
     *
     * @param factor which
     * @param continuation goes back with the answer; printable ASCII without spaces, at most {@link
     *     LoginRequest#MAX_CONTINUATION} characters. It holds for some minutes.
     * @param message what to ask the user
     */
    record Challenge(Factor factor, String continuation, String message) implements LoginDecision {
        public Challenge {
            Objects.requireNonNull(factor, "factor");
            Objects.requireNonNull(message, "message");
            if (continuation.length() > LoginRequest.MAX_CONTINUATION) {
                throw new IllegalArgumentException("the continuation is too long");
            }
        }

        /** Leaves the continuation out: it stands for a password that was right. */
        @Override
        public String toString() {
            return "Challenge[factor=%s]".formatted(factor);
        }
    }

    /**
     * No.
     *
     * @param reason for counters and logs
     * @param message for the user; it does not tell whether the user exists
     * @param retryAfterSeconds earlier attempts are refused unseen; 0 when another attempt may
     *     follow at once
     */
    record Refused(Reason reason, String message, int retryAfterSeconds) implements LoginDecision {
        public Refused {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
            if (retryAfterSeconds < 0) {
                throw new IllegalArgumentException("expected 0 or more seconds");
            }
        }
    }

    /** Why a login is refused. */
    enum Reason {
        /** User name, password or one-time password are not right, or such a user is not there. */
        CREDENTIALS,
        /** There is no such group, or it is not the user's; the latter is told to proven users. */
        GROUP,
        /** The group asks for a client certificate, and none came. */
        CERTIFICATE_MISSING,
        /** The client certificate is not trusted, expired, revoked or another user's. */
        CERTIFICATE,
        /** Every factor is right, but the user is blocked. */
        BLOCKED,
        /** Too many attempts failed. */
        TOO_MANY_ATTEMPTS,
        /** The continuation is too old or altered: the login begins anew. */
        CONTINUATION,
        /** The provisioner has too many logins to decide on. */
        BUSY
    }
}
