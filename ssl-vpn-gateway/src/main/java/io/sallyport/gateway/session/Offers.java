package io.sallyport.gateway.session;

import io.sallyport.gateway.cstp.ConnectRequest;
import io.sallyport.gateway.cstp.TunnelMtu;
import io.sallyport.gateway.cstp.TunnelOffer;
import io.sallyport.gateway.cstp.TunnelOffer.Assigned;
import io.sallyport.gateway.datapath.PacketFilter;
import io.sallyport.gateway.datapath.TunnelSpec;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.Octets;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a session is offered on a connection: to the client in the reply to CONNECT, and to the data
 * path. Not thread-safe: the table's.
 */
public final class Offers {
    /** A client that is gone is noticed, even where the group leaves the question to the client. */
    private static final Duration DPD_WITHOUT_POLICY = Duration.ofSeconds(90);

    private final SecureRandom random;
    private final Addresses addresses;
    private final Function<List<FirewallRule>, PacketFilter> compiler;
    private final Map<List<FirewallRule>, PacketFilter> filters = new HashMap<>();
    private GatewayState state;

    /**
     * @param compiler of firewall rules; called once for each list of rules in force
     */
    public Offers(
            SecureRandom random,
            Addresses addresses,
            Function<List<FirewallRule>, PacketFilter> compiler,
            GatewayState state) {
        this.random = random;
        this.addresses = addresses;
        this.compiler = compiler;
        this.state = state;
    }

    /**
     * Both sides of one grant.
     *
     * @param offer what the client is told
     * @param spec what the data path is told
     */
    record Granted(TunnelOffer offer, TunnelSpec spec) {}

    void apply(GatewayState newer) {
        state = newer;
        filters.keySet().retainAll(newer.groups().stream().map(GroupPolicy::firewall).toList());
    }

    Duration disconnectedTimeout() {
        return Duration.ofSeconds(state.disconnectedTimeoutSeconds());
    }

    Granted grant(Session session, IpAddress source, ConnectRequest request, Instant now) {
        GroupPolicy policy = session.policy;
        boolean dtls = request.pskNegotiate() && state.dtlsPort() != 0;
        byte[] appId = new byte[TunnelOffer.DtlsOffer.APP_ID_LENGTH];
        random.nextBytes(appId);
        int mtu = TunnelMtu.of(request, policy.mtu(), state.outerMtu(), !source.isIpv4(), dtls);
        // A client that names no family it can use gets IPv4 (it is an old one).
        Optional<IpAddress> ipv6 = session.facts.ipv6().filter(_ -> request.ipv6());
        Optional<IpAddress> ipv4 =
                Optional.of(session.facts.ipv4()).filter(_ -> request.ipv4() || ipv6.isEmpty());
        TunnelOffer offer =
                new TunnelOffer(
                        ipv4.map(address -> new Assigned(address, addresses.prefixLengthV4())),
                        ipv6.map(address -> new Assigned(address, addresses.prefixLengthV6())),
                        policy,
                        mtu,
                        Duration.between(session.facts.openedAt(), session.facts.notAfter()),
                        Duration.between(now, session.facts.notAfter()),
                        disconnectedTimeout(),
                        dtls
                                ? Optional.of(
                                        new TunnelOffer.DtlsOffer(
                                                state.dtlsPort(), Octets.of(appId)))
                                : Optional.empty());
        TunnelSpec spec =
                new TunnelSpec(
                        session.name(),
                        ipv4.map(address -> (Inet4Address) address.address()),
                        ipv6.map(address -> (Inet6Address) address.address()),
                        mtu,
                        filters.computeIfAbsent(policy.firewall(), compiler),
                        policy.bandwidthUpBitsPerSecond(),
                        policy.bandwidthDownBitsPerSecond(),
                        policy.dpdSeconds() == 0
                                ? DPD_WITHOUT_POLICY
                                : Duration.ofSeconds(policy.dpdSeconds()),
                        Duration.ofSeconds(policy.keepaliveSeconds()),
                        Duration.ofSeconds(policy.idleTimeoutSeconds()),
                        dtls
                                ? Optional.of(
                                        new TunnelSpec.DtlsOffer(HexFormat.of().formatHex(appId)))
                                : Optional.empty());
        return new Granted(offer, spec);
    }
}
