package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.packet.IpPacket;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.IpProtocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

class PacketFilterTest {

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/datapath/firewall.csv", numLinesToSkip = 3)
    void decides(
            String why,
            String rules,
            String way,
            String protocol,
            String far,
            int port,
            boolean passes) {
        PacketFilter filter = PacketFilter.compile(rules(rules == null ? "" : rules));
        String client = far.contains(":") ? "fd00::7" : "10.77.0.7";
        boolean up = way.equals("to");
        byte[] packet =
                packet(
                        protocol,
                        up ? client : far,
                        up ? far : client,
                        up ? 50_000 << 16 | port : port << 16 | 50_000);
        assertThat(passes(filter, packet, up)).as(why).isEqualTo(passes);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a later fragment goes where its first one may go, allow 10.1.0.0/16 udp 53-53, 185, true",
        "a later fragment where nothing may go, allow 10.2.0.0/16 udp 53-53, 185, false",
        "a later fragment past a rule that denies ports, "
                + "deny 10.1.0.0/16 udp 25-25;allow 10.1.0.0/16 udp, 185, true",
        "a second fragment over the ports of the first, allow 10.1.0.0/16 udp 53-53, 1, false",
        "also where everything may go, allow 0.0.0.0/0 any, 1, false"
    })
    void decidesOnFragments(String why, String rules, int offset, boolean passes) {
        byte[] packet = packet("udp", "10.77.0.7", "10.1.2.3", 50_000 << 16 | 53);
        Octets.put16(packet, 6, offset);
        PacketFilter filter = PacketFilter.compile(rules(rules));
        assertThat(passes(filter, packet, true)).as(why).isEqualTo(passes);
    }

    @Test
    void refusesAFirstFragmentWithoutPorts() {
        byte[] packet = Packets.other("10.77.0.7", "10.1.2.3", 17, new byte[2]);
        PacketFilter filter = PacketFilter.compile(rules("allow 0.0.0.0/0 any"));
        assertThat(passes(filter, packet, true)).isFalse();
    }

    @Test
    void refusesWhatIsRoutedElsewhere() {
        byte[] routing = new byte[24]; // RFC 8200 section 4.4, one segment left
        routing[0] = 59;
        routing[1] = 2;
        routing[3] = 1;
        byte[] packet = Packets.other("fd00::7", "2001:db8::1", 43, routing);
        PacketFilter filter = PacketFilter.compile(rules("allow ::/0 any"));
        assertThat(passes(filter, packet, true)).isFalse();
        assertThat(passes(PacketFilter.allowAll(), packet, true)).isTrue();
    }

    @Test
    void findsThePortsBehindExtensionHeaders() {
        byte[] options = new byte[16]; // destination options, then UDP
        options[0] = 17;
        options[2] = 1;
        options[3] = 4;
        Octets.put16(options, 8, 50_000);
        Octets.put16(options, 10, 53);
        byte[] packet = Packets.other("fd00::7", "2001:db8::1", 60, options);
        assertThat(passes(PacketFilter.compile(rules("allow ::/0 udp 53-53")), packet, true))
                .isTrue();
        assertThat(passes(PacketFilter.compile(rules("allow ::/0 udp 54-54")), packet, true))
                .isFalse();
    }

    private static boolean passes(PacketFilter filter, byte[] packet, boolean up) {
        IpPacket headers = new IpPacket();
        assertThat(headers.read(packet, 0, packet.length)).isTrue();
        return up ? filter.permitsFromClient(headers) : filter.permitsToClient(headers);
    }

    private static byte[] packet(String protocol, String source, String destination, int ports) {
        return switch (protocol) {
            case "tcp" -> Packets.tcp(source, destination, ports, 1, Packets.ACK, new byte[9]);
            case "udp" -> Packets.udp(source, destination, ports, new byte[9]);
            case "icmp" ->
                    Packets.other(source, destination, source.contains(":") ? 58 : 1, new byte[8]);
            default -> Packets.other(source, destination, Integer.parseInt(protocol), new byte[8]);
        };
    }

    private static List<FirewallRule> rules(String text) {
        List<FirewallRule> rules = new ArrayList<>();
        for (String rule : text.split(";", -1)) {
            if (rule.isEmpty()) {
                continue;
            }
            List<String> words = List.of(rule.strip().split(" ", -1));
            var action = FirewallRule.Action.valueOf(words.getFirst().toUpperCase(Locale.ROOT));
            IpNetwork network = IpNetwork.parse(words.get(1));
            IpProtocol protocol = IpProtocol.parse(words.get(2));
            if (words.size() == 3) {
                rules.add(FirewallRule.ofAllPorts(action, network, protocol));
            } else {
                List<String> ports = List.of(words.get(3).split("-", -1));
                rules.add(
                        new FirewallRule(
                                action,
                                network,
                                protocol,
                                Integer.parseInt(ports.getFirst()),
                                Integer.parseInt(ports.getLast())));
            }
        }
        return rules;
    }
}
