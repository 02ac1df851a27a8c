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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changes the concentrator's key under 100 live tunnels, each pinged once a second from behind the
 * concentrator. The branches are connections of one charon, each with a key, a certificate and a
 * network of its own.
 */
final class RotateHundred implements Benchmark {
    private static final int TUNNELS = 100;
    private static final int WAVE = 25;
    private static final int PINGS = 120;
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final Set<String> OVER = Set.of("DONE", "ROLLED_BACK", "ABORTED");
    private static final Pattern FPING = Pattern.compile("xmt/rcv/%loss = (\\d+)/(\\d+)/");

    @Override
    public String name() {
        return "rotate-100";
    }

    @Override
    public String description() {
        return "100 live tunnels authenticate anew with the concentrator's new key, each pinged"
                + " once a second; goal: 0 lost";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(1, progress::say);
                Deployment deployment = Deployment.start(lab)) {
            bringUp(deployment, progress);
            return measure(deployment, progress);
        }
    }

    private static void bringUp(Deployment deployment, Progress progress) {
        BranchHost branch = deployment.lab().branch(1).gateway();
        ProvisionerApi customer = deployment.provisioner().customer();
        branch.startCharon();
        List<String> tunnels = new ArrayList<>();
        for (int number = 1; number <= TUNNELS; number++) {
            JsonNode order =
                    customer.order(
                                    "many" + number,
                                    "10.120.%d.0/24".formatted(number),
                                    UUID.randomUUID().toString())
                            .expect(202)
                            .json();
            customer.awaitOrder(order.path("id").asText(), DEADLINE);
            String tunnel = order.path("tunnel").asText();
            ManyBranches.write(branch, number, customer.deviceConfiguration(tunnel).files());
            tunnels.add(tunnel);
        }
        branch.shell(DEADLINE, "swanctl --reload-settings && swanctl --load-all --noprompt");
        tunnels.forEach(tunnel -> customer.awaitCarrying(tunnel, DEADLINE));
        progress.say(TUNNELS + " tunnels carry");
    }

    private List<Row> measure(Deployment deployment, Progress progress) {
        ProvisionerApi operator = deployment.provisioner().operator();
        try (ExecutorService pingers = Executors.newVirtualThreadPerTaskExecutor()) {
            var pings = CompletableFuture.supplyAsync(() -> ping(deployment.lab()), pingers);
            JsonNode rotation = rotate(operator);
            double seconds =
                    Duration.between(
                                            Instant.parse(rotation.path("startedAt").asText()),
                                            Instant.parse(rotation.path("finishedAt").asText()))
                                    .toMillis()
                            / 1000.0;
            String state = rotation.path("state").asText();
            progress.say(
                    "%s in %.1f s, %s probes lost"
                            .formatted(state, seconds, rotation.path("lostPackets").asText()));
            if (!state.equals("DONE")) {
                throw new LabException(name() + ": " + rotation.path("cause").asText());
            }
            return List.of(
                    row("concentrator-key-lost", "packets", lost(pings.get(), progress)),
                    row("concentrator-key-time", "s", seconds));
        } catch (InterruptedException e) {
            throw LabException.interrupted(name(), e);
        } catch (ExecutionException e) {
            throw new LabException(name(), e);
        }
    }

    private static JsonNode rotate(ProvisionerApi operator) {
        String id =
                operator.post(
                                "/v1/rotations",
                                "{\"kind\":\"CONCENTRATOR_KEY\",\"waveSize\":%d}".formatted(WAVE),
                                Map.of())
                        .expect(201)
                        .json()
                        .path("id")
                        .asText();
        return Polling.until(
                DEADLINE,
                "rotation " + id,
                () -> operator.get("/v1/rotations/" + id).expect(200).json(),
                found -> OVER.contains(found.path("state").asText()));
    }

    private static String ping(Lab lab) {
        return lab.concentratorLan()
                .shell(
                        DEADLINE,
                        "fping -q -c %d -p 1000 -t 950 -i 5 $(seq -f 10.120.%%g.1 %d) 2>&1 || true"
                                .formatted(PINGS, TUNNELS));
    }

    private static double lost(String fping, Progress progress) {
        Matcher lines = FPING.matcher(fping);
        long sent = 0;
        long received = 0;
        while (lines.find()) {
            sent += Long.parseLong(lines.group(1));
            received += Long.parseLong(lines.group(2));
        }
        if (sent != (long) TUNNELS * PINGS) {
            throw new LabException("fping: " + fping);
        }
        progress.say("%d of %d pings came back".formatted(received, sent));
        return sent - received;
    }

    private static Row row(String name, String unit, double figure) {
        return Row.of(name, unit, new Rounds(List.of(figure), List.of()));
    }
}
