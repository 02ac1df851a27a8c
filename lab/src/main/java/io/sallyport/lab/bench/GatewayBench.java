package io.sallyport.lab.bench;

import io.sallyport.lab.HostProcess;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.lab.LanHost;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.bench.Traffic.Direction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The SSL VPN gateway against ocserv: same host, same kind of certificate, stock clients, rounds in
 * turn. The servers run at the same time; the one that is not measured has idle clients at most.
 */
final class GatewayBench implements Benchmark {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final int TRAFFIC_WARM_UP = 2;
    private static final int TRAFFIC_ROUNDS = 5;
    private static final int TRAFFIC_SECONDS = 3;
    private static final int LATENCY_WARM_UP = 3;
    private static final int LATENCY_ROUNDS = 11;
    private static final int SESSION_ROUNDS = 5;
    private static final int BULK = 200;

    /** The traffic rows, in the order they are measured in. */
    private enum Path {
        TLS_UP("tls-up", false, Direction.UP),
        TLS_DOWN("tls-down", false, Direction.DOWN),
        DTLS_UP("dtls-up", true, Direction.UP),
        DTLS_DOWN("dtls-down", true, Direction.DOWN);

        private final String part;
        private final boolean dtls;
        private final Direction direction;

        Path(String part, boolean dtls, Direction direction) {
            this.part = part;
            this.dtls = dtls;
            this.direction = direction;
        }
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String description() {
        return "the SSL VPN gateway against ocserv, stock clients; goals: CPU of traffic 0.5, of a"
                + " login 0.8, memory of a session 0.05, the rest as good";
    }

    @Override
    public List<String> parts() {
        return List.of(
                "tls-up", "tls-down", "dtls-up", "dtls-down", "rtt", "connect-time", "sessions");
    }

    @Override
    public List<Row> run(Progress progress) {
        return run(progress, Set.copyOf(parts()));
    }

    @Override
    public List<Row> run(Progress progress, Set<String> parts) {
        try (Lab lab = Lab.start(0, 5, progress::say)) {
            try (VpnServer ours = OurGateway.start(lab);
                    Ocserv peer = Ocserv.start(lab.gateway())) {
                return new Run(lab, ours, peer, progress).rows(parts);
            } catch (RuntimeException e) {
                progress.say("logs: " + lab.collectLogs());
                throw e;
            }
        }
    }

    /** One lab with both servers. */
    private static final class Run {
        private final Lab lab;
        private final VpnServer ours;
        private final Ocserv peer;
        private final Progress progress;

        Run(Lab lab, VpnServer ours, Ocserv peer, Progress progress) {
            this.lab = lab;
            this.ours = ours;
            this.peer = peer;
            this.progress = progress;
        }

        List<Row> rows(Set<String> parts) {
            route();
            List<Row> rows = new ArrayList<>();
            List<Path> paths = new ArrayList<>(List.of(Path.values()));
            paths.removeIf(path -> !parts.contains(path.part));
            if (!paths.isEmpty() || parts.contains("rtt")) {
                rows.addAll(throughTunnels(paths, parts.contains("rtt")));
            }
            if (parts.contains("connect-time")) {
                warmUp(ours);
                warmUp(peer);
                rows.add(connectTime("connect-time", peer));
                rows.add(connectTime("connect-time-yescrypt", peer.withYescrypt()));
            }
            if (parts.contains("sessions")) {
                rows.addAll(sessions());
            }
            return rows;
        }

        /** A bulk of logins, after which a login's code is mostly compiled where there is a JVM. */
        private void warmUp(VpnServer server) {
            progress.say("connect-time, warm-up: " + BULK + " logins, " + server.name());
            try (ManyClients clients = new ManyClients(lab.teleworker(5), server)) {
                clients.add(BULK);
            } catch (RuntimeException e) {
                throw new LabException("logins of " + server.name(), e);
            }
        }

        private Row connectTime(String name, VpnServer other) {
            progress.say(name + ", ms");
            TeleworkerHost host = lab.teleworker(5);
            return Row.of(
                    name,
                    "ms",
                    Rounds.interleaved(
                            LATENCY_WARM_UP,
                            LATENCY_ROUNDS,
                            () -> ConnectTime.measure(host, ours),
                            () -> ConnectTime.measure(host, other),
                            progress));
        }

        /** Hosts behind the servers send to the clients by way of the servers' host. */
        private void route() {
            LanHost lan = lab.concentratorLan();
            for (String pool : List.of(ours.pool(), peer.pool())) {
                lan.run(
                        DEADLINE,
                        "ip",
                        "route",
                        "replace",
                        pool,
                        "via",
                        lab.gateway().lanAddress());
            }
        }

        private List<Row> throughTunnels(List<Path> paths, boolean rtt) {
            HostProcess iperf = lab.concentratorLan().serveThroughput(Traffic.FIRST_PORT);
            try (OpenConnect _ = ours.connect(lab.teleworker(1), false);
                    OpenConnect _ = peer.connect(lab.teleworker(2), false);
                    OpenConnect _ = ours.connect(lab.teleworker(3), true);
                    OpenConnect _ = peer.connect(lab.teleworker(4), true)) {
                List<Row> rows = new ArrayList<>(traffic(paths));
                if (rtt) {
                    rows.add(roundTrip());
                }
                return rows;
            } finally {
                iperf.end(DEADLINE);
            }
        }

        private List<Row> traffic(List<Path> paths) {
            Map<Path, List<Traffic>> our = new LinkedHashMap<>();
            Map<Path, List<Traffic>> theirs = new LinkedHashMap<>();
            for (int round = -TRAFFIC_WARM_UP; round < TRAFFIC_ROUNDS; round++) {
                for (Path path : paths) {
                    Traffic one = measure(path, path.dtls ? 3 : 1, ours);
                    Traffic other = measure(path, path.dtls ? 4 : 2, peer);
                    progress.say(
                            String.format(
                                    Locale.ROOT,
                                    "%s, %s: ours %.3f s/Gbit at %.0f Mbit/s, peer %.3f at %.0f",
                                    path.part,
                                    round < 0 ? "warm-up" : "round " + (round + 1),
                                    one.cpuSecondsPerGigabit(),
                                    one.megabitsPerSecond(),
                                    other.cpuSecondsPerGigabit(),
                                    other.megabitsPerSecond()));
                    if (round >= 0) {
                        our.computeIfAbsent(path, _ -> new ArrayList<>()).add(one);
                        theirs.computeIfAbsent(path, _ -> new ArrayList<>()).add(other);
                    }
                }
            }
            List<Row> rows = new ArrayList<>();
            for (Path path : paths) {
                rows.add(
                        Row.of(
                                path.part + "-cpu",
                                "s/Gbit",
                                new Rounds(
                                        our.get(path).stream()
                                                .map(Traffic::cpuSecondsPerGigabit)
                                                .toList(),
                                        theirs.get(path).stream()
                                                .map(Traffic::cpuSecondsPerGigabit)
                                                .toList())));
                rows.add(
                        Row.of(
                                path.part + "-throughput",
                                "Mbit/s",
                                new Rounds(
                                        our.get(path).stream()
                                                .map(Traffic::megabitsPerSecond)
                                                .toList(),
                                        theirs.get(path).stream()
                                                .map(Traffic::megabitsPerSecond)
                                                .toList())));
            }
            return rows;
        }

        private Traffic measure(Path path, int teleworker, VpnServer server) {
            return Traffic.measure(
                    lab.teleworker(teleworker),
                    server,
                    lab.concentratorLan().address(),
                    path.direction,
                    TRAFFIC_SECONDS);
        }

        /** Over DTLS, less the way without a tunnel, which is measured in the same round. */
        private Row roundTrip() {
            progress.say("rtt added by the tunnel, microseconds");
            String target = lab.concentratorLan().address();
            Rounds rounds =
                    Rounds.interleaved(
                            LATENCY_WARM_UP,
                            LATENCY_ROUNDS,
                            () -> RoundTrip.measure(lab.teleworker(3), target) - outside(3),
                            () -> RoundTrip.measure(lab.teleworker(4), target) - outside(4),
                            progress);
            return Row.of("rtt", "us", rounds);
        }

        private double outside(int teleworker) {
            return RoundTrip.measure(lab.teleworker(teleworker), lab.gateway().internetAddress());
        }

        /**
         * Sessions that stay: 150, then two bulks of 200 whose CPU time is taken; then all say
         * goodbye.
         */
        private List<Row> sessions() {
            Sessions our = new Sessions();
            Sessions theirs = new Sessions();
            for (int round = 0; round < SESSION_ROUNDS; round++) {
                sessionRound(ours, our);
                sessionRound(peer, theirs);
            }
            return List.of(
                    Row.of("login-cpu", "ms", new Rounds(our.loginCpu, theirs.loginCpu)),
                    Row.of(
                            "login-cpu-in-all",
                            "ms",
                            new Rounds(our.loginCpuInAll, theirs.loginCpuInAll)),
                    Row.of("memory-per-session", "kB", new Rounds(our.slope, theirs.slope)),
                    Row.of("memory-at-150", "MB", new Rounds(our.at150, theirs.at150)));
        }

        private void sessionRound(VpnServer server, Sessions figures) {
            TeleworkerHost host = lab.teleworker(5);
            ServerProcesses processes = server.processes();
            try (ManyClients clients = new ManyClients(host, server)) {
                clients.add(100);
                double at100 = processes.proportionalKilobytes();
                clients.add(50);
                figures.at150.add(processes.proportionalKilobytes() / 1024.0);
                List<Double> costs = new ArrayList<>();
                for (int bulk = 0; bulk < 2; bulk++) {
                    double before = processes.cpuSeconds();
                    double beforeBehind = behind(server);
                    clients.add(BULK);
                    double cost = (processes.cpuSeconds() - before) * 1000 / BULK;
                    double costBehind = (behind(server) - beforeBehind) * 1000 / BULK;
                    costs.add(cost);
                    figures.loginCpuInAll.add(cost + costBehind);
                }
                double at550 = processes.proportionalKilobytes();
                figures.loginCpu.addAll(costs);
                figures.slope.add((at550 - at100) / 450);
                progress.say(
                        String.format(
                                Locale.ROOT,
                                "sessions, %s: %.2f and %.2f ms CPU a login (%.2f in all);"
                                        + " %.1f kB a session, %.0f MB at 150",
                                server.name(),
                                costs.get(0),
                                costs.get(1),
                                figures.loginCpuInAll.getLast(),
                                figures.slope.getLast(),
                                figures.at150.getLast()));
            } catch (RuntimeException e) {
                throw new LabException("sessions of " + server.name(), e);
            }
        }
    }

    private static double behind(VpnServer server) {
        return server.processesBehind().stream().mapToDouble(ServerProcesses::cpuSeconds).sum();
    }

    private static final class Sessions {
        private final List<Double> loginCpu = new ArrayList<>();
        private final List<Double> loginCpuInAll = new ArrayList<>();
        private final List<Double> slope = new ArrayList<>();
        private final List<Double> at150 = new ArrayList<>();
    }
}
