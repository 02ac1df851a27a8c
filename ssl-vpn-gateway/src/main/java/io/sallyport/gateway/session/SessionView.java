package io.sallyport.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.sallyport.wire.IpAddress;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionId;

import java.time.Instant;
import java.util.Optional;

/**
 * A session at one moment, for operators.
 *
 * @param session its id
 * @param username whose it is
 * @param group the group that was logged in to
 * @param channel what carries packets to the client; NONE while it has no connection
 * @param source where the client is, while it is connected
 * @param ipv4 its inner address
 * @param ipv6 its inner address
 * @param hostname as the client calls itself
 * @param userAgent as the client calls its software
 * @param openedAt when the login was
 * @param since when it was connected, or lost its connection
 * @param notAfter it ends then at the latest
 * @param carried by all its connections since this process began
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SessionView(
        SessionId session,
        String username,
        String group,
        SessionEvent.Channel channel,
        Optional<IpAddress> source,
        IpAddress ipv4,
        Optional<IpAddress> ipv6,
        Optional<String> hostname,
        Optional<String> userAgent,
        Instant openedAt,
        Instant since,
        Instant notAfter,
        SessionEvent.Counters carried) {}
