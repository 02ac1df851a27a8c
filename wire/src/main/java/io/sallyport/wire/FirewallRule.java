package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

import java.util.Objects;

/**
 * One rule for what a teleworker sends. The first rule that matches decides; what no rule of a list
 * matches is denied, and an empty list allows everything. Answers to what was allowed pass.
 *
 * @param action what happens to a packet that matches
 * @param network where the packet goes to
 * @param protocol what it carries
 * @param portFrom lowest destination port, 0 to 65535; 0 unless the protocol has ports
 * @param portTo highest destination port; 65535 unless the protocol has ports
 */
public record FirewallRule(
        Action action, IpNetwork network, IpProtocol protocol, int portFrom, int portTo) {
    /** The highest port. */
    public static final int MAX_PORT = 65_535;

    /** What happens to a packet. */
    public enum Action {
        @JsonProperty("allow")
        ALLOW,
        @JsonProperty("deny")
        DENY
    }

    /**
     * @throws IllegalArgumentException if the ports are no range, or are given for a protocol
     *     without ports
     */
    public FirewallRule {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(protocol, "protocol");
        if (portFrom < 0 || portTo > MAX_PORT || portFrom > portTo) {
            throw new IllegalArgumentException(
                    "expected ports from 0 to %d, the lower one first".formatted(MAX_PORT));
        }
        if (!protocol.hasPorts() && (portFrom != 0 || portTo != MAX_PORT)) {
            throw new IllegalArgumentException("expected ports only with tcp or udp");
        }
    }

    /** A rule for all ports. */
    public static FirewallRule ofAllPorts(Action action, IpNetwork network, IpProtocol protocol) {
        return new FirewallRule(action, network, protocol, 0, MAX_PORT);
    }
}
