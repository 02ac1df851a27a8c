package io.sallyport.lab.bench;

import io.sallyport.lab.EndHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LanHost;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.bench.Traffic.Direction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the gateway's traffic costs where {@link GatewayBench} does not look: firewall rules and a
 * limit of bandwidth, IPv6 in the tunnel, four clients at once. The peer is the same gateway
 * without it, with one client and IPv4: a ratio of one means that the figures of that benchmark
 * hold.
 */
final class GatewayConditions implements Benchmark {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int WARM_UP = 1;
    private static final int ROUNDS = 5;
    private static final int SECONDS = 3;
    private static final int CLIENTS = 4;

    /** On this host is the teleworker whose group has rules and limits. */
    private static final int UNDER_RULES = CLIENTS + 1;

    private static final String ROUTES = "\"includeRoutes\":[\"10.10.0.0/24\",\"fd10:10::/64\"]";

    /** Rules that do not match are before the one that does; the limit is far above the rate. */
    private static final String RULES =
            ROUTES
                    + ",\"bandwidthUpBitsPerSecond\":100000000000"
                    + ",\"bandwidthDownBitsPerSecond\":100000000000,\"firewall\":["
                    + IntStream.range(0, 20)
                            .mapToObj(
                                    each ->
                                            "{\"action\":\"deny\",\"network\":\"10.10.0.%d/32\",\"protocol\":\"tcp\",\"portFrom\":%d},"
                                                    .formatted(200 + each, 8_000 + each))
                            .collect(Collectors.joining())
                    + "{\"action\":\"allow\",\"network\":\"10.10.0.0/24\",\"protocol\":\"tcp\"}]";

    /** Who sends, and where to. */
    private record Flows(List<EndHost> clients, String target) {}

    private record Condition(String name, Flows flows) {}

    @Override
    public String name() {
        return "gateway-conditions";
    }

    @Override
    public String description() {
        return "traffic of the gateway with rules, IPv6 and four clients, against itself with one"
                + " client and without; goal: ratio 1";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(0, UNDER_RULES, progress::say);
                OurGateway gateway = OurGateway.start(lab)) {
            try {
                return measure(lab, gateway, progress);
            } catch (RuntimeException e) {
                progress.say("logs: " + lab.collectLogs());
                throw e;
            }
        }
    }

    private static List<Row> measure(Lab lab, OurGateway gateway, Progress progress) {
        VpnServer plain = gateway.withGroup("plain", ROUTES);
        VpnServer ruled = gateway.withGroup("ruled", RULES);
        LanHost lan = lab.concentratorLan();
        List<HostProcess> servers = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                servers.add(lan.serveThroughput(Traffic.FIRST_PORT + i));
            }
            List<Row> rows = new ArrayList<>();
            for (boolean dtls : new boolean[] {false, true}) {
                rows.addAll(overOneChannel(lab, plain, ruled, dtls, progress));
            }
            return rows;
        } finally {
            servers.forEach(server -> server.end(DEADLINE));
        }
    }

    private static List<Row> overOneChannel(
            Lab lab, VpnServer plain, VpnServer ruled, boolean dtls, Progress progress) {
        List<OpenConnect> connected = new ArrayList<>();
        try {
            List<EndHost> clients = new ArrayList<>();
            for (int number = 1; number <= UNDER_RULES; number++) {
                VpnServer server = number == UNDER_RULES ? ruled : plain;
                connected.add(server.connect(lab.teleworker(number), dtls));
                clients.add(lab.teleworker(number));
            }
            LanHost lan = lab.concentratorLan();
            List<EndHost> first = clients.subList(0, 1);
            return traffic(
                    dtls ? "dtls" : "tls",
                    plain,
                    new Flows(first, lan.address()),
                    List.of(
                            new Condition(
                                    "rules",
                                    new Flows(
                                            clients.subList(CLIENTS, UNDER_RULES), lan.address())),
                            new Condition("v6", new Flows(first, lan.addressV6())),
                            new Condition(
                                    "four", new Flows(clients.subList(0, CLIENTS), lan.address()))),
                    progress);
        } finally {
            connected.forEach(OpenConnect::close);
        }
    }

    private static List<Row> traffic(
            String channel,
            VpnServer server,
            Flows plain,
            List<Condition> conditions,
            Progress progress) {
        Map<String, Rounds> cpu = new LinkedHashMap<>();
        Map<String, Rounds> throughput = new LinkedHashMap<>();
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (Direction direction : Direction.values()) {
                Traffic without = measure(server, plain, direction);
                for (Condition each : conditions) {
                    Traffic with = measure(server, each.flows(), direction);
                    String name =
                            "%s-%s-%s"
                                    .formatted(
                                            channel,
                                            direction.name().toLowerCase(Locale.ROOT),
                                            each.name());
                    progress.say(
                            String.format(
                                    Locale.ROOT,
                                    "%s, %s: %.3f s/Gbit at %.0f Mbit/s, without %.3f at %.0f",
                                    name,
                                    round < 0 ? "warm-up" : "round " + (round + 1),
                                    with.cpuSecondsPerGigabit(),
                                    with.megabitsPerSecond(),
                                    without.cpuSecondsPerGigabit(),
                                    without.megabitsPerSecond()));
                    if (round >= 0) {
                        add(cpu, name, with.cpuSecondsPerGigabit(), without.cpuSecondsPerGigabit());
                        add(
                                throughput,
                                name,
                                with.megabitsPerSecond(),
                                without.megabitsPerSecond());
                    }
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        cpu.forEach((name, rounds) -> rows.add(Row.of(name + "-cpu", "s/Gbit", rounds)));
        throughput.forEach(
                (name, rounds) -> rows.add(Row.of(name + "-throughput", "Mbit/s", rounds)));
        return rows;
    }

    private static void add(Map<String, Rounds> rounds, String name, double with, double without) {
        Rounds of =
                rounds.computeIfAbsent(name, _ -> new Rounds(new ArrayList<>(), new ArrayList<>()));
        of.ours().add(with);
        of.peer().add(without);
    }

    private static Traffic measure(VpnServer server, Flows flows, Direction direction) {
        return Traffic.measure(flows.clients(), server, flows.target(), direction, SECONDS);
    }
}
