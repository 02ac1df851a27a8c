package io.sallyport.wire;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A verified teleworker and what it was granted.
 *
 * @param session its new session, made by the provisioner
 * @param user the teleworker's id
 * @param username the teleworker's name
 * @param policy of the group, its name included
 * @param notAfter the session ends then at the latest: session limit of the group, end of the
 *     client certificate, or the provisioner's own limit
 */
public record LoginGrant(
        SessionId session, UUID user, String username, GroupPolicy policy, Instant notAfter) {
    public LoginGrant {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(notAfter, "notAfter");
    }

    /** Name of the group that was logged in to. */
    public String group() {
        return policy.name();
    }
}
