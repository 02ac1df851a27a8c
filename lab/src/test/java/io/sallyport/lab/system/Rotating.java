package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.Pings;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What tests of rotations share: they are begun, looked at, and pinged through. */
final class Rotating {
    static final Duration DEADLINE = Duration.ofSeconds(90);

    static final String CONCENTRATOR_KEY = "{\"kind\":\"CONCENTRATOR_KEY\"}";
    static final String GATEWAY_KEY = "{\"kind\":\"GATEWAY_KEY\"}";
    static final String SITE_KEY = "{\"kind\":\"SITE_KEY\"}";
    static final String SITES_AUTHORITY = authority("SITES");

    /** Pings, of which three in a row are an outage. */
    private static final int PER_SECOND = 50;

    private static final String REAUTHENTICATE = "authenticate anew, old SA kept";

    static final Duration WHOLE = Duration.ofMinutes(4);
    private static final Duration RENEWAL = Duration.ofMinutes(2);
    private static final Set<String> OVER = Set.of("DONE", "ROLLED_BACK", "ABORTED");

    private final Deployment deployment;
    private final Lab lab;
    private final Map<Integer, String> tunnels = new ConcurrentHashMap<>();

    Rotating(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
    }

    /** The request to roll an authority over. */
    static String authority(String purpose) {
        return "{\"kind\":\"ISSUING_CA\",\"purpose\":\"%s\"}".formatted(purpose);
    }

    /** Brings the tunnel of one of the lab's branches up; returns its id. */
    String bringUp(int number, String name) {
        BranchHost branch = lab.branch(number).gateway();
        String tunnel = deployment.bringUp(branch, name);
        tunnels.put(number, tunnel);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        return tunnel;
    }

    /** Anew each time: a provisioner that was started again has another client. */
    ProvisionerApi operator() {
        return deployment.provisioner().operator();
    }

    String begin(String request) {
        return operator()
                .post("/v1/rotations", request, Map.of())
                .expect(201)
                .json()
                .path("id")
                .asText();
    }

    JsonNode show(String rotation) {
        return operator().get("/v1/rotations/" + rotation).expect(200).json();
    }

    void abort(String rotation) {
        operator().post("/v1/rotations/%s/abort".formatted(rotation), "", Map.of()).expect(202);
    }

    /** Aborts it as soon as a wave has begun, and waits until all is as it was. */
    void abortIn(String rotation, int wave) {
        awaitBegun(rotation, wave);
        abort(rotation);
        assertOver(awaitOver(rotation), "ABORTED");
    }

    /**
     * It ended like this. Of the probes of its tunnels, one a second, none was lost, or one where
     * SAs are authenticated anew (ADR 100); where no tunnel was touched nothing was counted.
     */
    static void assertOver(JsonNode rotation, String state) {
        assertThat(state(rotation)).as(rotation.toString()).isEqualTo(state);
        if (touchedTunnels(rotation)) {
            assertThat(rotation.path("lostPackets").asLong(-1))
                    .as(rotation.toString())
                    .isBetween(0L, 1L);
        } else {
            assertThat(rotation.path("lostPackets").isNull()).as(rotation.toString()).isTrue();
        }
    }

    private static boolean touchedTunnels(JsonNode rotation) {
        boolean touched = false;
        for (int wave = 0; wave < rotation.path("waves").size(); wave++) {
            JsonNode begun = rotation.path("waves").path(wave);
            boolean ofTunnels =
                    rotation.path("plan").path(wave).asText().contains("authenticate")
                            && !begun.path("startedAt").isNull();
            for (JsonNode target : begun.path("targets")) {
                touched |= ofTunnels && !target.path("state").asText().equals("SKIPPED");
            }
        }
        return touched;
    }

    static String state(JsonNode rotation) {
        return rotation.path("state").asText();
    }

    /** Waits until something of it is in a state. */
    void await(String rotation, String what, String state) {
        Polling.until(
                WHOLE,
                "%s of rotation %s is %s".formatted(what, rotation, state),
                () -> show(rotation),
                it -> it.at(what + "/state").asText().equals(state));
    }

    /** Waits until a wave has begun. */
    void awaitBegun(String rotation, int wave) {
        Polling.until(
                WHOLE,
                "wave %d of rotation %s has begun".formatted(wave, rotation),
                () -> show(rotation),
                it -> it.at("/waves/%d/startedAt".formatted(wave)).isTextual());
    }

    JsonNode awaitOver(String rotation) {
        return Polling.until(
                WHOLE,
                "rotation " + rotation,
                () -> show(rotation),
                it -> OVER.contains(state(it)));
    }

    /** Pings from behind branches, from now on. */
    List<CountedPing> pingFrom(Integer... branches) {
        return Stream.of(branches)
                .map(
                        each ->
                                lab.branch(each)
                                        .lan()
                                        .beginCounting(lab.concentratorLan().address(), PER_SECOND))
                .toList();
    }

    /** Where no SA is authenticated anew. */
    static void assertNoneLost(List<CountedPing> pinging) {
        Pings pings = end(pinging);
        assertThat(pings.received()).as(pings.toString()).isEqualTo(pings.sent());
    }

    /** No tunnel was without traffic for as long as three pings take. */
    static void assertNoOutage(List<CountedPing> pinging) {
        Pings pings = end(pinging);
        assertThat(pings.showOutage()).as(pings.toString()).isFalse();
    }

    private static Pings end(List<CountedPing> pinging) {
        return Pings.sum(pinging.stream().map(CountedPing::end).toList());
    }

    /**
     * What the timer of a branch does every hour. Whether it comes to anything is not looked at.
     */
    void renew(int branch) {
        lab.branch(branch).gateway().tryRun(RENEWAL, "sh", "/etc/sallyport/renew.sh");
    }

    /** The timers of these branches come when it waits for their branch, until it is over. */
    JsonNode awaitOverWithRenewals(String rotation, int... branches) {
        Supplier<JsonNode> shown = () -> show(rotation);
        try (ExecutorService timers = Executors.newVirtualThreadPerTaskExecutor()) {
            var begun = new ArrayList<CompletableFuture<?>>();
            for (int branch : branches) {
                begun.add(
                        CompletableFuture.runAsync(
                                () ->
                                        renewWhenWaitedFor(
                                                branch,
                                                shown,
                                                it -> OVER.contains(state(it)),
                                                () -> renew(branch)),
                                timers));
            }
            JsonNode over = awaitOver(rotation);
            begun.forEach(CompletableFuture::join);
            return over;
        }
    }

    /**
     * Renews when a rotation waits for a branch that was brought up here, each time, until the end.
     * At other times a timer finds nothing to do, and one that comes without a pause takes the
     * processors from charon, which then has a gap of tens of milliseconds (ADR 100).
     */
    void renewWhenWaitedFor(
            int branch, Supplier<JsonNode> rotation, Predicate<JsonNode> end, Runnable renewal) {
        String tunnel = tunnels.get(branch);
        String what = "the end, or that branch %d is waited for".formatted(branch);
        while (true) {
            JsonNode seen =
                    Polling.until(
                            WHOLE, what, rotation, it -> end.test(it) || waitsFor(it, tunnel));
            if (end.test(seen)) {
                return;
            }
            String before = certificateOfBranch(branch);
            renewal.run();
            if (!certificateOfBranch(branch).equals(before)) {
                Polling.until(
                        WHOLE,
                        "branch %d is waited for no more".formatted(branch),
                        rotation,
                        it -> end.test(it) || !waitsFor(it, tunnel));
            }
        }
    }

    /** Not when its concentrator asks it to authenticate anew: that needs no timer. */
    private static boolean waitsFor(JsonNode rotation, String tunnel) {
        for (int wave = 0; wave < rotation.path("waves").size(); wave++) {
            for (JsonNode target : rotation.at("/waves/%d/targets".formatted(wave))) {
                if (target.path("id").asText().equals(tunnel)
                        && state(target).equals("RUNNING")
                        && !rotation.path("plan").path(wave).asText().contains(REAUTHENTICATE)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Names of the authorities for a purpose that are in a state, one after the other. */
    String authorities(String purpose, String state) {
        List<String> names = new ArrayList<>();
        operator()
                .get("/v1/authorities")
                .expect(200)
                .json()
                .path("authorities")
                .forEach(
                        each -> {
                            if (each.path("purpose").asText().equals(purpose)
                                    && each.path("state").asText().equals(state)) {
                                names.add(each.path("subject").asText());
                            }
                        });
        return String.join(" ", names);
    }

    /** Serial number of the only certificate of the concentrator whose key charon has. */
    String certificateInUse() {
        return lab.concentrator()
                .shell(
                        DEADLINE,
                        "swanctl --list-certs --type x509 | awk '/serial:/ {serial = $2} /has"
                                + " private key/ {print serial}'");
    }

    /** Serial number of the certificate of a branch. */
    String certificateOfBranch(int branch) {
        return lab.branch(branch)
                .gateway()
                .shell(DEADLINE, "openssl x509 -in /etc/swanctl/x509/sallyport.pem -noout -serial");
    }
}
