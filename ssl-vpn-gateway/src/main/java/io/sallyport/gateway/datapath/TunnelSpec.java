package io.sallyport.gateway.datapath;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the data path has to know of one granted tunnel.
 *
 * @param name names the session in the log; never the cookie or a part of it
 * @param innerIpv4 the client's address in the tunnel; packets from another are dropped
 * @param innerIpv6 the same for IPv6; at least one of the two is there
 * @param mtuOctets the longest packet in the tunnel, 576 to 9000
 * @param filter the group's firewall rules, compiled once per group
 * @param upBitsPerSecond limit for what comes from the client; 0: none
 * @param downBitsPerSecond limit for what goes to the client; 0: none
 * @param dpd a channel that is silent that long is probed, and dead after twice that; zero: never
 * @param keepalive a channel on which we sent nothing that long gets a keepalive; zero: never
 * @param idle the session ends when no packet was carried that long; zero: never
 * @param dtls what was offered to the client for the UDP channel; empty: TLS only
 */
public record TunnelSpec(
        String name,
        Optional<Inet4Address> innerIpv4,
        Optional<Inet6Address> innerIpv6,
        int mtuOctets,
        PacketFilter filter,
        long upBitsPerSecond,
        long downBitsPerSecond,
        Duration dpd,
        Duration keepalive,
        Duration idle,
        Optional<DtlsOffer> dtls) {

    public TunnelSpec {
        if (innerIpv4.isEmpty() && innerIpv6.isEmpty()) {
            throw new IllegalArgumentException("expected an inner address");
        }
        if (mtuOctets < 576 || mtuOctets > 9000) {
            throw new IllegalArgumentException("expected an MTU of 576 to 9000, got " + mtuOctets);
        }
        if (upBitsPerSecond < 0 || downBitsPerSecond < 0) {
            throw new IllegalArgumentException("expected a bandwidth limit of 0 or more");
        }
        if (dpd.isNegative() || keepalive.isNegative() || idle.isNegative()) {
            throw new IllegalArgumentException("expected an interval of zero or more");
        }
    }

    /**
     * The DTLS channel as the answer to CONNECT offered it.
     *
     * @param appId the value of X-DTLS-App-ID: 32 octets as 64 lower-case hex digits, which the
     *     ClientHello brings as its session_id; unguessable
     */
    public record DtlsOffer(String appId) {
        private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{64}");

        public DtlsOffer {
            if (!SYNTAX.matcher(appId).matches()) {
                throw new IllegalArgumentException("expected an App-ID of 64 hex digits");
            }
        }

        /** Its first octets alone: who knows all of it can ask for a handshake. */
        @Override
        public String toString() {
            return "DtlsOffer[" + appId.substring(0, 8) + "...]";
        }
    }
}
