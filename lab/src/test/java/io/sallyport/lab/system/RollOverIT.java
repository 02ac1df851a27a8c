package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.EndHost.Pings;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The authority for sites is rolled over under live tunnels. */
@ExtendWith(DeploymentExtension.class)
class RollOverIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration RENEWAL = Duration.ofMinutes(2);
    private static final Duration WHOLE = Duration.ofMinutes(4);
    private static final Set<String> OVER = Set.of("DONE", "ROLLED_BACK", "ABORTED");

    /** The canary's two and one of the other: each may lose what is on its way then (ADR 70). */
    private static final int AUTHENTICATIONS = 3;

    /** Five a second. */
    private static final int PINGS_AT_ONCE = 50;

    private final Deployment deployment;
    private final Lab lab;
    private final ProvisionerApi operator;

    RollOverIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.operator = deployment.provisioner().operator();
    }

    @Test
    void theAuthorityForSitesIsRolledOverWithoutAnInterruption() throws Exception {
        bringUp(1, "canary");
        bringUp(2, "second");
        String former = authority("CURRENT");

        String rotation = begin();
        JsonNode over;
        Pings pings;
        try (ExecutorService helpers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = CompletableFuture.supplyAsync(() -> pingUntilOver(1, rotation), helpers);
            var second = CompletableFuture.supplyAsync(() -> pingUntilOver(2, rotation), helpers);
            // What their timers do every hour.
            var renewals = CompletableFuture.runAsync(() -> renewUntilOver(rotation), helpers);
            over = awaitOver(rotation);
            pings = sum(List.of(first.get(), second.get()));
            renewals.get();
        }

        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("DONE");
        assertThat(over.path("lostPackets").asInt())
                .as(over.toString())
                .isLessThanOrEqualTo(AUTHENTICATIONS);
        assertThat(pings.sent() - pings.received())
                .as("lost of %d", pings.sent())
                .isLessThanOrEqualTo(AUTHENTICATIONS);
        assertThat(authority("RETIRED")).contains(former);
        String present = authority("CURRENT");
        assertThat(present).isNotEqualTo(former);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(2);
        assertThat(issuerOfTheConcentratorInUse()).contains(present);
        for (int branch = 1; branch <= 2; branch++) {
            assertThat(issuerOfBranch(branch)).contains(present);
            assertThat(authoritiesOnBranch(branch)).contains(former, present);
        }
    }

    @Test
    void aRollOverThatIsAbortedWhenABranchHasItsNewCertificateLeavesEveryTunnelUp() {
        String renewed = bringUp(1, "renewed");
        String other = bringUp(2, "waiting");
        String former = authority("CURRENT");
        String rotation = begin();
        awaitSite(rotation, 0, "RUNNING");
        renew(1);
        awaitSite(rotation, 0, "DONE");
        operator.post("/v1/rotations/%s/abort".formatted(rotation), "", Map.of()).expect(202);

        assertThat(awaitOver(rotation).path("state").asText()).isEqualTo("ABORTED");
        assertThat(authority("CURRENT")).isEqualTo(former);
        assertThat(issuerOfTheConcentratorInUse()).contains(former);
        assertThat(issuerOfBranch(1)).contains(authority("NEXT"));
        for (String tunnel : List.of(renewed, other)) {
            deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        }
        assertThat(ping(1).allReceived()).isTrue();
        assertThat(ping(2).allReceived()).isTrue();
        // Both can authenticate again: one with a certificate of either.
        for (int branch = 1; branch <= 2; branch++) {
            lab.branch(branch).gateway().restartCharon();
            lab.branch(branch).gateway().run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        }
        deployment.provisioner().customer().awaitCarrying(renewed, DEADLINE);
        deployment.provisioner().customer().awaitCarrying(other, DEADLINE);
    }

    /** A device that heard nothing of it has an authority fewer, and is shown what it lacks. */
    @Test
    void aBranchThatWasAwayDuringTheRollOverComesBackWithItsFormerCertificate() {
        String away = bringUp(1, "away");
        String former = authority("CURRENT");
        lab.branch(1).gateway().charon().kill();
        deployment
                .provisioner()
                .customer()
                .awaitTunnel(
                        away, DEADLINE, it -> ProvisionerApi.holds(it, "established").equals("NO"));
        String rotation = begin();
        JsonNode over = awaitOver(rotation);
        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("DONE");
        assertThat(authority("RETIRED")).contains(former);

        // Whatever a roll-over before this one may have left there: it knows the roots alone.
        lab.branch(1)
                .gateway()
                .shell(
                        DEADLINE,
                        "find /etc/swanctl/x509ca -type f ! -name 'sallyport-root*' -delete");
        lab.branch(1).gateway().startCharon();
        lab.branch(1).gateway().run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        deployment.provisioner().customer().awaitCarrying(away, DEADLINE);
        assertThat(issuerOfBranch(1)).contains(former);
        // Its next renewal takes it to the present one.
        renew(1, "now");
        assertThat(issuerOfBranch(1)).contains(authority("CURRENT"));
        deployment.provisioner().customer().awaitCarrying(away, DEADLINE);
    }

    private String bringUp(int number, String name) {
        BranchHost branch = lab.branch(number).gateway();
        String tunnel = deployment.bringUp(branch, name);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        return tunnel;
    }

    private String begin() {
        return operator.post(
                        "/v1/rotations",
                        "{\"kind\":\"ISSUING_CA\",\"purpose\":\"SITES\"}",
                        Map.of())
                .expect(201)
                .json()
                .path("id")
                .asText();
    }

    private JsonNode show(String rotation) {
        return operator.get("/v1/rotations/" + rotation).expect(200).json();
    }

    private boolean isOver(String rotation) {
        return OVER.contains(show(rotation).path("state").asText());
    }

    private JsonNode awaitOver(String rotation) {
        return Polling.until(
                WHOLE,
                "rotation " + rotation,
                () -> show(rotation),
                it -> OVER.contains(it.path("state").asText()));
    }

    /** Until the branch that is in this place among those that renew has come that far. */
    private void awaitSite(String rotation, int place, String state) {
        Polling.until(
                WHOLE,
                "branch %d is %s".formatted(place, state),
                () -> show(rotation),
                it -> sites(it).get(place).path("state").asText().equals(state));
    }

    /** The last waves but one. */
    private static List<JsonNode> sites(JsonNode rotation) {
        List<JsonNode> all = new ArrayList<>();
        rotation.path("waves").forEach(wave -> wave.path("targets").forEach(all::add));
        return all.subList(all.size() - 3, all.size() - 1);
    }

    private void renewUntilOver(String rotation) {
        while (!isOver(rotation)) {
            renew(1);
            renew(2);
        }
    }

    private void renew(int branch, String... how) {
        String[] command = new String[1 + how.length];
        command[0] = "/etc/sallyport/renew.sh";
        System.arraycopy(how, 0, command, 1, how.length);
        lab.branch(branch).gateway().run(RENEWAL, command);
    }

    private Pings pingUntilOver(int branch, String rotation) {
        List<Pings> all = new ArrayList<>();
        do {
            all.add(ping(branch));
        } while (!isOver(rotation));
        return sum(all);
    }

    private Pings ping(int branch) {
        return lab.branch(branch).lan().ping(lab.concentratorLan().address(), PINGS_AT_ONCE);
    }

    private static Pings sum(List<Pings> all) {
        return new Pings(
                all.stream().mapToInt(Pings::sent).sum(),
                all.stream().mapToInt(Pings::received).sum());
    }

    /** Names of the authorities for sites in that state. */
    private String authority(String state) {
        List<String> names = new ArrayList<>();
        operator.get("/v1/authorities")
                .expect(200)
                .json()
                .path("authorities")
                .forEach(
                        each -> {
                            if (each.path("purpose").asText().equals("SITES")
                                    && each.path("state").asText().equals(state)) {
                                names.add(each.path("subject").asText());
                            }
                        });
        return String.join(" ", names);
    }

    private String issuerOfTheConcentratorInUse() {
        return lab.concentrator()
                .shell(
                        DEADLINE,
                        "swanctl --list-certs --type x509 | awk '/issuer:/ {issuer = $0} /has"
                                + " private key/ {print issuer}'");
    }

    private String issuerOfBranch(int branch) {
        return lab.branch(branch)
                .gateway()
                .shell(DEADLINE, "openssl x509 -in /etc/swanctl/x509/sallyport.pem -noout -issuer");
    }

    private String authoritiesOnBranch(int branch) {
        return lab.branch(branch)
                .gateway()
                .shell(
                        DEADLINE,
                        "for file in /etc/swanctl/x509ca/*; do openssl x509 -in $file -noout"
                                + " -subject; done");
    }
}
