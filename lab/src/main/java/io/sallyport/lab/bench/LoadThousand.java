package io.sallyport.lab.bench;

import io.sallyport.concentrator.reconcile.LoadListener;
import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.concentrator.reconcile.Reconciler;
import io.sallyport.concentrator.storage.StateDirectory;
import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.vici.ViciSession;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A freshly started charon is brought to 1,000 connections: by a pass of the concentrator,
 * blackhole routes included, and by {@code swanctl --load-all} with the same in files, which sets
 * no routes. Then the same again with nothing to do.
 */
final class LoadThousand implements Benchmark {
    private static final int WARM_UP = 2;
    private static final int ROUNDS = 5;
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "load-1000";
    }

    @Override
    public String description() {
        return "bring a fresh charon to 1,000 connections, against swanctl --load-all; goal: no"
                + " slower; a pass with nothing to do (no-op-1000) under 200 ms";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(0, progress::say)) {
            ConcentratorHost host = lab.concentrator();
            ThousandTunnels tunnels = ThousandTunnels.on(host);
            HostBlackholeRoutes routes = new HostBlackholeRoutes(host);
            List<Double> ourNoOps = new ArrayList<>();
            List<Double> peerNoOps = new ArrayList<>();
            Rounds loads =
                    Rounds.interleaved(
                            WARM_UP,
                            ROUNDS,
                            () -> ours(lab, host, tunnels, routes, ourNoOps),
                            () -> swanctl(host, peerNoOps),
                            progress);
            Rounds noOps = new Rounds(counted(ourNoOps), counted(peerNoOps));
            return List.of(Row.of(name(), "ms", loads), Row.of("no-op-1000", "ms", noOps));
        }
    }

    private static List<Double> counted(List<Double> withWarmUp) {
        return List.copyOf(withWarmUp.subList(WARM_UP, withWarmUp.size()));
    }

    private static double ours(
            Lab lab,
            ConcentratorHost host,
            ThousandTunnels tunnels,
            HostBlackholeRoutes routes,
            List<Double> noOps) {
        fresh(host, routes);
        Path directory = lab.freshDirectory("bench-state");
        try (StateDirectory state = StateDirectory.open(directory);
                ViciSession session = new ViciSession(host.viciSocket())) {
            Reconciler reconciler =
                    new Reconciler(session, tunnels.node(), routes, state, Set::of, new Silent());
            double load = pass(reconciler, tunnels);
            requireAll(host);
            noOps.add(pass(reconciler, tunnels));
            return load;
        } catch (IOException e) {
            throw new LabException("a pass over 1,000 tunnels", e);
        }
    }

    private static double pass(Reconciler reconciler, ThousandTunnels tunnels) throws IOException {
        long begun = System.nanoTime();
        Pass pass = reconciler.bring(tunnels.desired());
        double milliseconds = (System.nanoTime() - begun) / 1e6;
        if (!pass.applied() || !pass.refused().isEmpty()) {
            throw new LabException("charon is not as desired: " + pass);
        }
        return milliseconds;
    }

    private static double swanctl(ConcentratorHost host, List<Double> noOps) {
        fresh(host, new HostBlackholeRoutes(host));
        double load = loadAll(host);
        requireAll(host);
        noOps.add(loadAll(host));
        return load;
    }

    /** Timed on the host itself, so that the way into the container does not count. */
    private static double loadAll(ConcentratorHost host) {
        String nanoseconds =
                host.shell(
                        DEADLINE,
                        "b=$(date +%s%N); swanctl --load-all --noprompt >/dev/null; e=$(date"
                                + " +%s%N); echo $((e - b))");
        return Long.parseLong(nanoseconds.strip()) / 1e6;
    }

    private static void fresh(ConcentratorHost host, HostBlackholeRoutes routes) {
        host.restartCharon();
        try {
            routes.change(Set.of(), routes.list());
        } catch (IOException e) {
            throw new LabException("cannot remove the routes of the last round", e);
        }
    }

    private static void requireAll(ConcentratorHost host) {
        long loaded =
                host.swanctl("--list-conns")
                        .lines()
                        .filter(line -> line.startsWith("tunnel-"))
                        .count();
        if (loaded != ThousandTunnels.COUNT) {
            throw new LabException("expected 1000 connections in charon, found " + loaded);
        }
    }

    /** What the observers would be told is not part of this measurement. */
    private static final class Silent implements LoadListener {
        @Override
        public void loaded(UUID tunnel) {}

        @Override
        public void refused(UUID tunnel, String problem) {}

        @Override
        public void charonForgot() {}

        @Override
        public void ending(String connection, String cause) {}
    }
}
