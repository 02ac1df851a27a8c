package io.sallyport.lab.system;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.EndHost.CountedPing;
import io.sallyport.lab.EndHost.Pings;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** What tests of rotations share: they are begun, looked at, and pinged through. */
final class Rotating {
    static final Duration DEADLINE = Duration.ofSeconds(90);

    static final String CONCENTRATOR_KEY = "{\"kind\":\"CONCENTRATOR_KEY\"}";
    static final String GATEWAY_KEY = "{\"kind\":\"GATEWAY_KEY\"}";
    static final String SITE_KEY = "{\"kind\":\"SITE_KEY\"}";
    static final String SITES_AUTHORITY = authority("SITES");

    static final Duration WHOLE = Duration.ofMinutes(4);
    private static final Duration RENEWAL = Duration.ofMinutes(2);
    private static final Set<String> OVER = Set.of("DONE", "ROLLED_BACK", "ABORTED");

    private final Deployment deployment;
    private final Lab lab;

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
        JsonNode over = awaitOver(rotation);
        if (!state(over).equals("ABORTED")) {
            throw new AssertionError(over);
        }
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
    List<CountedPing> pingFrom(int perSecond, Integer... branches) {
        return Stream.of(branches)
                .map(
                        each ->
                                lab.branch(each)
                                        .lan()
                                        .beginCounting(lab.concentratorLan().address(), perSecond))
                .toList();
    }

    /** What came of all of them. */
    static Pings end(List<CountedPing> pings) {
        List<Pings> all = pings.stream().map(CountedPing::end).toList();
        return new Pings(
                all.stream().mapToInt(Pings::sent).sum(),
                all.stream().mapToInt(Pings::received).sum());
    }

    /**
     * What the timer of a branch does every hour. Whether it comes to anything is not looked at.
     */
    void renew(int branch) {
        lab.branch(branch).gateway().tryRun(RENEWAL, "sh", "/etc/sallyport/renew.sh");
    }

    /** The timers of these branches come without a pause until it is over. */
    JsonNode awaitOverWithRenewals(String rotation, int... branches) {
        try (ExecutorService timers = Executors.newVirtualThreadPerTaskExecutor()) {
            var begun = new ArrayList<CompletableFuture<?>>();
            for (int branch : branches) {
                begun.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    while (!OVER.contains(state(show(rotation)))) {
                                        renew(branch);
                                    }
                                },
                                timers));
            }
            JsonNode over = awaitOver(rotation);
            begun.forEach(CompletableFuture::join);
            return over;
        }
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
