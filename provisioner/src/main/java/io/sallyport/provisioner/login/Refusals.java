package io.sallyport.provisioner.login;

import io.sallyport.wire.LoginDecision.Reason;
import io.sallyport.wire.LoginDecision.Refused;

/** What users are told. Nothing here tells whether a user exists before it was proved. */
final class Refusals {
    static final Refused CREDENTIALS =
            new Refused(Reason.CREDENTIALS, "User name, password or code are not right.", 0);
    static final Refused NO_GROUP = new Refused(Reason.GROUP, "There is no such group.", 0);
    static final Refused NOT_A_MEMBER =
            new Refused(Reason.GROUP, "You may not use this group. Ask your administrator.", 0);
    static final Refused NO_CERTIFICATE =
            new Refused(Reason.CERTIFICATE_MISSING, "This group needs your client certificate.", 0);
    static final Refused CERTIFICATE =
            new Refused(
                    Reason.CERTIFICATE,
                    "Your client certificate is not accepted: it is expired, revoked or not for"
                            + " this login.",
                    0);
    static final Refused NO_TOTP =
            new Refused(
                    Reason.CREDENTIALS,
                    "You have no one-time passwords yet. Ask your administrator.",
                    0);
    static final Refused BLOCKED =
            new Refused(Reason.BLOCKED, "Your access is blocked. Ask your administrator.", 0);
    static final Refused CONTINUATION =
            new Refused(Reason.CONTINUATION, "That took too long. Please log in again.", 0);
    static final Refused BUSY =
            new Refused(Reason.BUSY, "Too many logins at the moment. Try again soon.", 5);

    private Refusals() {}

    static Refused tooMany(long seconds) {
        return new Refused(
                Reason.TOO_MANY_ATTEMPTS,
                "Too many attempts. Try again in %d s.".formatted(seconds),
                Math.toIntExact(seconds));
    }
}
