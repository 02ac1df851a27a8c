package io.sallyport.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Changes keys under 100 live tunnels, each pinged once a second from behind the concentrator:
 * first the concentrator's, then those of all branches, then the authority for all of them. The
 * branches are connections of the charons of two hosts, each with a key, a certificate and a
 * network of its own.
 */
final class RotateHundred implements Benchmark {
    private static final int TUNNELS = 100;

    /** As many branches renew at a time: one on each. The machine has no more cores. */
    private static final int HOSTS = 2;

    private static final int WAVE = 25;
    private static final Duration DEADLINE = Duration.ofMinutes(6);
    private static final Set<String> OVER = Set.of("DONE", "ROLLED_BACK", "ABORTED");

    @Override
    public String name() {
        return "rotate-100";
    }

    @Override
    public String description() {
        return "100 live tunnels, each pinged once a second, while the concentrator's key, those of"
                + " all branches, and the authority for all are changed; goal: 0 lost";
    }

    @Override
    public List<String> parts() {
        return List.of("concentrator-key", "site-keys", "roll-over");
    }

    @Override
    public List<Row> run(Progress progress) {
        return run(progress, Set.copyOf(parts()));
    }

    @Override
    public List<Row> run(Progress progress, Set<String> parts) {
        try (Lab lab = Lab.start(HOSTS, progress::say);
                Deployment deployment = Deployment.start(lab)) {
            Map<String, Integer> tunnels = bringUp(deployment, progress);
            List<Row> rows = new ArrayList<>();
            if (parts.contains("concentrator-key")) {
                rows.addAll(
                        measure(
                                deployment,
                                "concentrator-key",
                                "{\"kind\":\"CONCENTRATOR_KEY\",\"waveSize\":%d}",
                                progress,
                                _ -> {}));
            }
            if (parts.contains("site-keys")) {
                try (var branches = new Branches(lab, tunnels)) {
                    rows.addAll(
                            measure(
                                    deployment,
                                    "site-keys",
                                    "{\"kind\":\"SITE_KEY\",\"waveSize\":%d}",
                                    progress,
                                    branches));
                }
            }
            if (parts.contains("roll-over")) {
                try (var branches = new Branches(lab, tunnels)) {
                    rows.addAll(
                            measure(
                                    deployment,
                                    "roll-over",
                                    "{\"kind\":\"ISSUING_CA\",\"purpose\":\"SITES\",\"waveSize\":%d}",
                                    progress,
                                    branches));
                }
            }
            return rows;
        }
    }

    /** Returns the numbers of the branches by their tunnels. */
    private static Map<String, Integer> bringUp(Deployment deployment, Progress progress) {
        ProvisionerApi customer = deployment.provisioner().customer();
        Map<String, Integer> tunnels = new LinkedHashMap<>();
        for (int host = 0; host < HOSTS; host++) {
            hostOf(deployment.lab(), host).startCharon();
        }
        for (int number = 1; number <= TUNNELS; number++) {
            JsonNode order =
                    customer.order(
                                    "many" + number,
                                    ManyBranches.protectedNetwork(number),
                                    UUID.randomUUID().toString())
                            .expect(202)
                            .json();
            customer.awaitOrder(order.path("id").asText(), DEADLINE);
            String tunnel = order.path("tunnel").asText();
            ManyBranches.write(
                    hostOf(deployment.lab(), number),
                    number,
                    customer.deviceConfiguration(tunnel).files());
            tunnels.put(tunnel, number);
        }
        for (int host = 0; host < HOSTS; host++) {
            hostOf(deployment.lab(), host)
                    .shell(DEADLINE, "swanctl --reload-settings && swanctl --load-all --noprompt");
        }
        tunnels.keySet().forEach(tunnel -> customer.awaitCarrying(tunnel, DEADLINE));
        progress.say(TUNNELS + " tunnels carry");
        return tunnels;
    }

    private static BranchHost hostOf(Lab lab, int number) {
        return lab.branch(1 + number % HOSTS).gateway();
    }

    private static List<Row> measure(
            Deployment deployment,
            String name,
            String request,
            Progress progress,
            Observer observer) {
        ProvisionerApi operator = deployment.provisioner().operator();
        List<String> destinations =
                IntStream.rangeClosed(1, TUNNELS).mapToObj("10.120.%d.1"::formatted).toList();
        SteadyPings pings = SteadyPings.begin(deployment.lab().concentratorLan(), destinations);
        JsonNode rotation = rotate(operator, request.formatted(WAVE), observer);
        SteadyPings.Count count = pings.end();
        double seconds =
                Duration.between(
                                        Instant.parse(rotation.path("startedAt").asText()),
                                        Instant.parse(rotation.path("finishedAt").asText()))
                                .toMillis()
                        / 1000.0;
        String state = rotation.path("state").asText();
        progress.say(
                "%s: %s in %.1f s; probes lost %s; %d of %d pings came back"
                        .formatted(
                                name,
                                state,
                                seconds,
                                rotation.path("lostPackets").asText(),
                                count.received(),
                                count.sent()));
        if (!state.equals("DONE")) {
            throw new LabException(name + ": " + rotation.path("cause").asText());
        }
        return List.of(
                row(name + "-lost", "packets", (double) count.lost()),
                row(name + "-time", "s", seconds));
    }

    private static JsonNode rotate(ProvisionerApi operator, String request, Observer observer) {
        String id =
                operator.post("/v1/rotations", request, Map.of())
                        .expect(201)
                        .json()
                        .path("id")
                        .asText();
        return Polling.until(
                DEADLINE,
                "rotation " + id,
                () -> {
                    JsonNode found = operator.get("/v1/rotations/" + id).expect(200).json();
                    observer.saw(found);
                    return found;
                },
                found -> OVER.contains(found.path("state").asText()));
    }

    /** Told what the rotation is like now. */
    @FunctionalInterface
    private interface Observer {
        void saw(JsonNode rotation);
    }

    /** Branches whose timers come as soon as they are asked, instead of within the hour. */
    private static final class Branches implements Observer, AutoCloseable {
        private final Lab lab;
        private final Map<String, Integer> tunnels;
        private final Set<String> begun = new HashSet<>();
        private final ExecutorService timers = Executors.newFixedThreadPool(HOSTS);

        Branches(Lab lab, Map<String, Integer> tunnels) {
            this.lab = lab;
            this.tunnels = tunnels;
        }

        @Override
        public void saw(JsonNode rotation) {
            for (JsonNode wave : rotation.path("waves")) {
                for (JsonNode target : wave.path("targets")) {
                    Integer number = tunnels.get(target.path("id").asText());
                    // A tunnel may be in several waves, of which only one asks it to renew.
                    if (number != null
                            && target.path("state").asText().equals("RUNNING")
                            && begun.add(wave.path("number").asText() + "/" + number)) {
                        timers.execute(() -> ManyBranches.renew(hostOf(lab, number), number));
                    }
                }
            }
        }

        @Override
        public void close() {
            timers.close();
        }
    }

    private static Row row(String name, String unit, double figure) {
        return Row.of(name, unit, new Rounds(List.of(figure), List.of()));
    }
}
