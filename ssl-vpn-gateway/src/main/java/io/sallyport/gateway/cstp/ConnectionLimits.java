package io.sallyport.gateway.cstp;

import java.time.Duration;

/**
 * How long a connection may take to become a tunnel. A client that lost its connection while its
 * user was typing opens another one by itself (openconnect 9.01), so that these can be short.
 *
 * @param firstRequest until the first octet of the first request
 * @param nextRequest until the first octet of any other
 * @param request from the first octet of a request to its last
 * @param response to send a reply
 * @param total from the first moment to the tunnel, decisions included
 * @param requests on one connection
 */
public record ConnectionLimits(
        Duration firstRequest,
        Duration nextRequest,
        Duration request,
        Duration response,
        Duration total,
        int requests) {
    public static final ConnectionLimits DEFAULT =
            new ConnectionLimits(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(3),
                    16);
}
