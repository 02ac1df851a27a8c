package io.sallyport.gateway.cstp;

import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.Octets;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a client is told about its tunnel in the reply to CONNECT. The addresses of a session never
 * change: a client that gets others on a reconnect gives up (openconnect 9.01).
 *
 * @param ipv4 the client's inner address and the length of its network's prefix
 * @param ipv6 likewise; given to the client only if the group's routes lead IPv6 into the tunnel
 * @param policy of the session's group: routes, name servers, timers, banner
 * @param mtu of the tunnel, in octets ({@link TunnelMtu})
 * @param length of the session, from its login to its end
 * @param remaining until the session ends for good
 * @param disconnectedTimeout how long the session outlives its connection
 * @param dtls where DTLS is offered, if it is
 */
public record TunnelOffer(
        Optional<Assigned> ipv4,
        Optional<Assigned> ipv6,
        GroupPolicy policy,
        int mtu,
        Duration length,
        Duration remaining,
        Duration disconnectedTimeout,
        Optional<DtlsOffer> dtls) {

    /**
     * @throws IllegalArgumentException if there is no address, or one of the wrong family
     */
    public TunnelOffer {
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            throw new IllegalArgumentException("expected an address");
        }
        if (ipv4.map(assigned -> !assigned.address().isIpv4()).orElse(false)
                || ipv6.map(assigned -> assigned.address().isIpv4()).orElse(false)) {
            throw new IllegalArgumentException("an address is of the wrong family");
        }
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(length, "length");
        Objects.requireNonNull(remaining, "remaining");
        Objects.requireNonNull(disconnectedTimeout, "disconnectedTimeout");
        Objects.requireNonNull(dtls, "dtls");
    }

    /** An inner address and the length of its network's prefix. */
    public record Assigned(IpAddress address, int prefixLength) {
        public Assigned {
            Objects.requireNonNull(address, "address");
        }
    }

    /**
     * DTLS by PSK-NEGOTIATE.
     *
     * @param port UDP port
     * @param appId {@value #APP_ID_LENGTH} random octets; they come back as session_id of the
     *     ClientHello
     */
    public record DtlsOffer(int port, Octets appId) {
        /** As much as a session_id can hold (RFC 5246 section 7.4.1.2). */
        public static final int APP_ID_LENGTH = 32;

        /**
         * @throws IllegalArgumentException if the App-ID has another length
         */
        public DtlsOffer {
            if (appId.length() != APP_ID_LENGTH) {
                throw new IllegalArgumentException("expected 32 octets, got " + appId.length());
            }
        }
    }
}
