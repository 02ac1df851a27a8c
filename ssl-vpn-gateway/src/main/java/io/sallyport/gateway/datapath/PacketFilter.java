package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.packet.AddressBits;
import io.sallyport.gateway.datapath.packet.IpPacket;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.IpProtocol;

import java.net.InetAddress;
import java.util.List;

/**
 * A group's firewall rules, compiled for the data path: the first rule that fits decides, and what
 * none fits is refused. Stateless and immutable; one instance serves all sessions of a group.
 *
 * <p>A rule speaks of the far side: network, protocol and ports are those of the destination of a
 * packet that the client sends, and those of the source of a packet that the client is sent. So an
 * answer passes wherever its question passes, and nobody reaches a client from where the client may
 * not go. There is no table of connections: a host that a client may reach on a port can also send
 * to the client from that port unasked.
 *
 * <p>Fragments: one that is not the first has no ports. It fits a rule that allows ports by network
 * and protocol alone, and never one that denies ports, because without the first fragment, which
 * the rules do decide on, it is of no use to anybody (RFC 1858 section 4). What could overwrite the
 * ports of the first one is refused (RFC 1858 section 4.2.2; RFC 3128). Where there are rules, IPv4
 * options and IPv6 routing headers are refused: they could lead a packet elsewhere.
 */
public final class PacketFilter {
    private static final PacketFilter ALLOW_ALL = new PacketFilter(false, List.of());

    private final boolean filtering;
    private final Rules ipv4;
    private final Rules ipv6;

    private PacketFilter(boolean filtering, List<FirewallRule> rules) {
        this.filtering = filtering;
        this.ipv4 = Rules.of(rules, true);
        this.ipv6 = Rules.of(rules, false);
    }

    /** Lets everything pass: a group without rules. */
    public static PacketFilter allowAll() {
        return ALLOW_ALL;
    }

    /** Compiles rules in their order; none at all let everything pass. */
    public static PacketFilter compile(List<FirewallRule> rules) {
        return rules.isEmpty() ? ALLOW_ALL : new PacketFilter(true, rules);
    }

    /** Whether a packet that a client sends may pass. */
    boolean permitsFromClient(IpPacket packet) {
        return !filtering
                || permits(
                        packet,
                        packet.destinationHigh(),
                        packet.destinationLow(),
                        packet.destinationPort());
    }

    /** Whether a packet for a client may pass. */
    boolean permitsToClient(IpPacket packet) {
        return !filtering
                || permits(packet, packet.sourceHigh(), packet.sourceLow(), packet.sourcePort());
    }

    private boolean permits(IpPacket packet, long farHigh, long farLow, int farPort) {
        if (packet.isRouted() || isOverlapping(packet)) {
            return false;
        }
        return (packet.isIpv4() ? ipv4 : ipv6).permits(packet, farHigh, farLow, farPort);
    }

    // The first fragment without its ports, and a second one that begins inside of them.
    private static boolean isOverlapping(IpPacket packet) {
        boolean hasPorts = packet.protocol() == IpPacket.TCP || packet.protocol() == IpPacket.UDP;
        return hasPorts
                && !packet.portsKnown()
                && (!packet.isLaterFragment() || packet.fragmentOffset() < 16);
    }

    /** The rules of one family, a column per field. */
    private static final class Rules {
        final long[] high;
        final long[] low;
        final long[] highMask;
        final long[] lowMask;
        final int[] protocol;
        final int[] portFrom;
        final int[] portTo;
        final boolean[] allow;

        private Rules(int count) {
            high = new long[count];
            low = new long[count];
            highMask = new long[count];
            lowMask = new long[count];
            protocol = new int[count];
            portFrom = new int[count];
            portTo = new int[count];
            allow = new boolean[count];
        }

        static Rules of(List<FirewallRule> all, boolean ipv4) {
            List<FirewallRule> own =
                    all.stream().filter(rule -> rule.network().address().isIpv4() == ipv4).toList();
            Rules rules = new Rules(own.size());
            for (int i = 0; i < own.size(); i++) {
                rules.set(i, own.get(i), ipv4);
            }
            return rules;
        }

        private void set(int i, FirewallRule rule, boolean ipv4) {
            InetAddress address = rule.network().address().address();
            int prefix = rule.network().prefixLength() + (ipv4 ? 96 : 0);
            high[i] = AddressBits.high(address);
            low[i] = AddressBits.low(address);
            highMask[i] = mask(Math.min(prefix, 64));
            lowMask[i] = mask(Math.max(prefix - 64, 0));
            protocol[i] = rule.protocol().numberIn(rule.network());
            portFrom[i] = rule.portFrom();
            portTo[i] = rule.portTo();
            allow[i] = rule.action() == FirewallRule.Action.ALLOW;
        }

        private static long mask(int bits) {
            return bits == 0 ? 0 : -1L << (64 - bits);
        }

        boolean permits(IpPacket packet, long farHigh, long farLow, int farPort) {
            for (int i = 0; i < allow.length; i++) {
                if ((farHigh & highMask[i]) == high[i]
                        && (farLow & lowMask[i]) == low[i]
                        && (protocol[i] == IpProtocol.ANY_NUMBER
                                || protocol[i] == packet.protocol())
                        && fitsPorts(i, packet, farPort)) {
                    return allow[i];
                }
            }
            return false;
        }

        private boolean fitsPorts(int i, IpPacket packet, int farPort) {
            boolean allPorts = portFrom[i] == 0 && portTo[i] == FirewallRule.MAX_PORT;
            if (allPorts) {
                return true;
            }
            return packet.portsKnown() ? farPort >= portFrom[i] && farPort <= portTo[i] : allow[i];
        }
    }
}
