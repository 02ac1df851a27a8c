package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.Pings;
import io.sallyport.lab.product.CommandLineUser;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Another root takes the place of the root under live tunnels, and authorities below it follow:
 * docs/operations/root.md, word for word.
 */
@ExtendWith(DeploymentExtension.class)
class RootRotationIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration RENEWAL = Duration.ofMinutes(2);
    private static final Duration WHOLE = Rotating.WHOLE;

    private final Deployment deployment;
    private final Lab lab;
    private final ProvisionerApi operator;
    private final CommandLineUser user;
    private final Rotating rotating;
    private final OperationsPage page = OperationsPage.read("root.md", 14);
    private final Map<String, String> environment = new HashMap<>();

    RootRotationIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.operator = deployment.provisioner().operator();
        this.user = CommandLineUser.in(lab);
        this.rotating = new Rotating(deployment);
    }

    /**
     * It is aborted when the canary trusts the new root; the second attempt goes through. Then what
     * is shown and issued comes to stand on the new root, and a branch comes back that was away.
     */
    @Test
    void anotherRootFollowsAndWhatIsBelowItComesToStandOnIt() throws Exception {
        String first = bringUp(1, "first");
        String second = bringUp(2, "second");
        String former = root("CURRENT");

        prepare(second);
        for (BranchHost branch : List.of(lab.branch(1).gateway(), lab.branch(2).gateway())) {
            page.blocks("device").forEach(lines -> branch.shell(DEADLINE, lines));
        }
        assertThat(type("")).contains("CURRENT", "PLANNED");
        type("targets");
        awaitBranch(newest(), 0, "RUNNING");
        abort(newest());

        String aborted = rotating.begin("{\"kind\":\"ROOT\"}");
        awaitBranch(aborted, 0, "RUNNING");
        renew(1);
        awaitBranch(aborted, 0, "DONE");
        abort(aborted);
        assertThat(root("CURRENT")).isEqualTo(former);
        assertThat(ping(1).allReceived()).isTrue();
        assertThat(ping(2).allReceived()).isTrue();
        // Both roots are trusted at both ends.
        lab.branch(1).gateway().restartCharon();
        lab.branch(1).gateway().run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        deployment.provisioner().customer().awaitCarrying(first, DEADLINE);

        JsonNode done = underPing(page.blocks("root").getFirst(), Rotating::assertNoneLost);
        assertThat(done.path("lostPackets").isNull()).as("the ping counted them: " + done).isTrue();
        String present = root("CURRENT");
        assertThat(present).isNotEqualTo(former);
        assertThat(root("RETIRED")).contains(former);
        for (int branch = 1; branch <= 2; branch++) {
            assertThat(rootsOf(lab.branch(branch).gateway())).contains(former, present);
        }

        type("published");
        Iterator<String> below = page.blocks("below").iterator();

        belowUnderPing(
                below.next(),
                () -> {
                    // Our own processes first: who trusts the former root alone still reaches us.
                    assertThat(shownTo(2, former))
                            .as("by new with old")
                            .contains("Verify return code: 0 (ok)");
                    assertThat(shownTo(2, present)).contains("Verify return code: 0 (ok)");
                });
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(2);
        assertThat(
                        lab.branch(1)
                                .gateway()
                                .shell(
                                        DEADLINE,
                                        verify(present, "/etc/swanctl/x509/sallyport.pem")))
                .contains("OK");

        below.forEachRemaining(this::typed);
        assertThat(operator.get("/v1/authorities").expect(200).body()).doesNotContain("NEXT");

        // A branch that has been away since before all of it: it knows the former root alone.
        BranchHost away = lab.branch(2).gateway();
        away.charon().kill();
        away.shell(DEADLINE, keepOnly(former));
        assertThat(rootsOf(away)).doesNotContain(present);
        away.startCharon();
        away.run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        away.run(RENEWAL, "/etc/sallyport/renew.sh");
        assertThat(rootsOf(away)).contains(former, present);
        away.run(DEADLINE, "sh", "/etc/sallyport/dial.sh");
        deployment.provisioner().customer().awaitCarrying(second, DEADLINE);
        assertThat(ping(2).allReceived()).isTrue();

        // One that nobody told of anything that is trusted now.
        BranchHost tooLong = lab.branch(1).gateway();
        tooLong.charon().kill();
        tooLong.shell(DEADLINE, "rm /etc/swanctl/x509ca/*");
        tooLong.startCharon();
        tooLong.run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        String printed = type("late");
        tooLong.write(
                "/root/root-new.pem", Files.readString(user.home().resolve("root-new.pem")), 0644);
        for (String lines : page.blocks("away")) {
            assertThat(printed)
                    .contains(
                            tooLong.shell(RENEWAL, "cd /root\n" + lines)
                                    .lines()
                                    .findFirst()
                                    .orElseThrow());
        }
        deployment.provisioner().customer().awaitCarrying(first, DEADLINE);
        assertThat(ping(1).allReceived()).isTrue();
    }

    private void prepare(String tunnel) throws IOException {
        ProvisionerProcess provisioner = deployment.provisioner();
        Files.copy(provisioner.rootCertificate(), user.home().resolve("root.pem"));
        Files.writeString(user.home().resolve("operator.token"), provisioner.operatorToken());
        environment.put("API", provisioner.apiUrl().toString());
        environment.put("DATA", provisioner.data().toString());
        environment.put("TUNNEL", tunnel);
    }

    /** What the blocks of a kind wrote. */
    private String type(String kind) {
        return String.join("", page.blocks(kind).stream().map(this::typed).toList());
    }

    private String typed(String lines) {
        return user.typeIntoShell(WHOLE, environment, lines);
    }

    private String newest() {
        return operator.get("/v1/rotations").expect(200).json().at("/rotations/0/id").asText();
    }

    private void abort(String rotation) {
        rotating.abort(rotation);
        assertThat(Rotating.state(rotating.awaitOver(rotation))).isEqualTo("ABORTED");
    }

    private String bringUp(int number, String name) {
        BranchHost branch = lab.branch(number).gateway();
        String tunnel = rotating.bringUp(number, name);
        // A root of an attempt before this one came with the configuration.
        branch.shell(DEADLINE, keepOnly(root("CURRENT")) + "; swanctl --load-creds --clear");
        return tunnel;
    }

    /** Types lines by which a rotation ends well, and pings until then. */
    private JsonNode underPing(String lines, Consumer<List<CountedPing>> allowed) throws Exception {
        List<CountedPing> pinging = rotating.pingFrom(1, 2);
        try (ExecutorService helpers = Executors.newVirtualThreadPerTaskExecutor()) {
            var typed = CompletableFuture.runAsync(() -> typed(lines), helpers);
            var renewals = renewUntil(typed, helpers);
            typed.get();
            renewals.get();
        }
        JsonNode over = rotating.show(newest());
        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("DONE");
        allowed.accept(pinging);
        return over;
    }

    /**
     * Types lines by which our own processes follow, then the branches, each of which is
     * authenticated twice, and then the teleworkers.
     */
    private void belowUnderPing(String lines, Runnable afterOurOwn) throws Exception {
        String before = newest();
        List<CountedPing> first = rotating.pingFrom(1, 2);
        try (ExecutorService helpers = Executors.newVirtualThreadPerTaskExecutor()) {
            var typed = CompletableFuture.runAsync(() -> typed(lines), helpers);
            var renewals = renewUntil(typed, helpers);
            String ourOwn =
                    Polling.until(
                            WHOLE,
                            "a rotation of our own processes",
                            this::newest,
                            it -> !it.equals(before));
            assertThat(rotating.awaitOver(ourOwn).path("state").asText()).isEqualTo("DONE");
            Rotating.assertNoneLost(first);
            List<CountedPing> others = rotating.pingFrom(1, 2);
            afterOurOwn.run();
            typed.get();
            renewals.get();
            Rotating.assertNoOutage(others);
        }
        JsonNode all = operator.get("/v1/rotations").expect(200).json().path("rotations");
        for (int newest = 0; newest < 3; newest++) {
            // Its probes also ran while no ping did, between the first pings and the others.
            Rotating.assertOver(rotating.show(all.path(newest).path("id").asText()), "DONE");
        }
    }

    /** Until the branch that is in this place among those that are waited for has come that far. */
    private void awaitBranch(String rotation, int place, String state) {
        Polling.until(
                WHOLE,
                "branch %d is %s".formatted(place, state),
                () -> rotating.show(rotation),
                // After the root, and the nodes.
                it ->
                        it.path("waves")
                                .path(2 + place)
                                .path("targets")
                                .path(0)
                                .path("state")
                                .asText()
                                .equals(state));
    }

    /** What the timers of both do every hour, and impatient people at once. */
    private CompletableFuture<Void> renewUntil(CompletableFuture<?> end, ExecutorService helpers) {
        return CompletableFuture.allOf(
                Stream.of(1, 2)
                        .map(
                                branch ->
                                        CompletableFuture.runAsync(
                                                () ->
                                                        rotating.renewWhenWaitedFor(
                                                                branch,
                                                                () -> rotating.show(newest()),
                                                                _ -> end.isDone(),
                                                                () -> renew(branch)),
                                                helpers))
                        .toArray(CompletableFuture[]::new));
    }

    private void renew(int branch) {
        page.blocks("branch").forEach(lines -> lab.branch(branch).gateway().shell(RENEWAL, lines));
    }

    private Pings ping(int branch) {
        return lab.branch(branch).lan().ping(lab.concentratorLan().address(), 3);
    }

    /** SHA-256 of the roots in that state. */
    private String root(String state) {
        List<String> found = new ArrayList<>();
        operator.get("/v1/authorities")
                .expect(200)
                .json()
                .path("authorities")
                .forEach(
                        each -> {
                            if (each.path("purpose").asText().equals("ROOT")
                                    && each.path("state").asText().equals(state)) {
                                found.add(each.path("sha256").asText());
                            }
                        });
        return String.join(" ", found);
    }

    private static final String FINGERPRINT =
            "$(openssl x509 -in $file -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F"
                    + " a-f)";

    private String rootsOf(BranchHost branch) {
        return branch.shell(
                DEADLINE,
                "for file in /etc/swanctl/x509ca/*; do echo %s; done".formatted(FINGERPRINT));
    }

    private static String keepOnly(String fingerprint) {
        return "for file in /etc/swanctl/x509ca/*; do [ %s = %s ] || rm $file; done"
                .formatted(FINGERPRINT, fingerprint);
    }

    /** Puts the root with this fingerprint into a file of its own. */
    private static String alone(String fingerprint) {
        return "for file in /etc/swanctl/x509ca/*; do [ %s != %s ] || cp $file /tmp/root.pem; done; "
                .formatted(FINGERPRINT, fingerprint);
    }

    private static String verify(String fingerprint, String certificate) {
        return alone(fingerprint)
                + "cat /etc/swanctl/x509ca/* >/tmp/between.pem; openssl verify -no-CApath"
                + " -no-CAstore -CAfile /tmp/root.pem -untrusted /tmp/between.pem "
                + certificate;
    }

    /** What the listener for enrolment shows to a branch that trusts this root alone. */
    private String shownTo(int branch, String fingerprint) {
        return lab.branch(branch)
                .gateway()
                .shell(
                        DEADLINE,
                        alone(fingerprint)
                                + "url=$(sed -n 's/^url=https:..//p' /etc/sallyport/renew.sh);"
                                + " openssl s_client -connect $url -no-CApath -no-CAstore -CAfile"
                                + " /tmp/root.pem </dev/null 2>&1");
    }
}
