package io.sallyport.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.Octets;
import io.sallyport.wire.SessionId;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What of a session outlives the process.
 *
 * @param session its id
 * @param user the teleworker
 * @param username the teleworker's name
 * @param policy of the group, as it was at the login
 * @param openedAt when the login was
 * @param notAfter the session ends then
 * @param ipv4 its inner address
 * @param ipv6 its inner address
 * @param certificateSha256 digest of the client certificate that every connection has to show
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record StoredSession(
        SessionId session,
        UUID user,
        String username,
        GroupPolicy policy,
        Instant openedAt,
        Instant notAfter,
        IpAddress ipv4,
        Optional<IpAddress> ipv6,
        Optional<Octets> certificateSha256) {
    StoredSession {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(openedAt, "openedAt");
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(ipv4, "ipv4");
        ipv6 = Objects.requireNonNullElse(ipv6, Optional.empty());
        certificateSha256 = Objects.requireNonNullElse(certificateSha256, Optional.empty());
    }
}
