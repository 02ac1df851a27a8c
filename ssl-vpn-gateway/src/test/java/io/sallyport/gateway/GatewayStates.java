package io.sallyport.gateway;

import io.sallyport.wire.Factor;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.SessionId;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Desired states for tests. */
public final class GatewayStates {
    public static final UUID GATEWAY = UUID.fromString("21111111-2222-3333-4444-555555555555");
    public static final IpNetwork POOL_V4 = IpNetwork.parse("10.77.0.0/29");
    public static final IpNetwork POOL_V6 = IpNetwork.parse("fd77::/64");

    private GatewayStates() {}

    public static GroupPolicy group(String name) {
        return group(name, Set.of(Factor.PASSWORD), 0, List.of());
    }

    public static GroupPolicy group(
            String name, Set<Factor> factors, int maximumSessions, List<FirewallRule> firewall) {
        return new GroupPolicy(
                name,
                "The " + name,
                factors,
                List.of(IpNetwork.parse("10.1.0.0/16")),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0,
                30,
                20,
                0,
                0,
                0,
                firewall,
                0,
                0,
                maximumSessions);
    }

    public static GatewayState state(long version, GroupPolicy... groups) {
        return state(version, "", List.of(), groups);
    }

    public static GatewayState state(
            long version,
            String chainPem,
            List<GatewayState.Disconnect> disconnect,
            GroupPolicy... groups) {
        return new GatewayState(
                version,
                GATEWAY,
                "customer",
                List.of(groups),
                POOL_V4,
                Optional.of(POOL_V6),
                chainPem,
                Optional.empty(),
                "",
                "",
                1500,
                443,
                300,
                disconnect);
    }

    public static GatewayState.Disconnect disconnect(SessionId session, String message) {
        return new GatewayState.Disconnect(session, message);
    }
}
