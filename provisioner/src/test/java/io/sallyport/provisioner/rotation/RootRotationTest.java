package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.Provisioner;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestTls;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.NextAuthority;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/** Another root takes the place of the root. */
class RootRotationTest extends LiveTunnels {
    private static final Pattern SAFE_BLOCK =
            Pattern.compile("^```sh safe\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern FINGERPRINT = Pattern.compile("(?i)[0-9a-f]{64}");

    /** How far it comes before something happens to it. */
    enum Phase {
        /** The next root is there; the concentrator has not said that it has it. */
        DISTRIBUTED,
        /** The concentrator has it; no branch has said that it trusts it. */
        CONCENTRATOR,
        /** The first branch trusts it. */
        CANARY
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndMakesNoRootAndWhatCannotBeDoneIsRefused() {
        var answer = post("{\"kind\": \"ROOT\", \"dryRun\": true}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        // The root, the concentrator, two branches, its first signature, retirement.
        assertThat(answer.json().get("plan")).hasSize(6);
        assertThat(states("ROOT")).containsExactly("CURRENT");

        // It waits for the roll-over of an authority that is not finished.
        var _ = provisioner.bean(AuthorityGenerations.class).next(AuthorityProfile.SITES);
        var refused = post("{\"kind\": \"ROOT\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("sites");
        assertThat(post("{\"kind\": \"ROOT\", \"purpose\": \"SITES\"}").status()).isEqualTo(422);
    }

    @Test
    void isTrustedEverywhereBeforeItSignsAndTheFormerOneForAsLongAsItIsNeeded() throws Exception {
        Path formerFile = Files.copy(provisioner.rootFile(), directory.resolve("former.pem"));
        X509Certificate former = published().getFirst();
        UUID id = begin(request(", \"acceptFormerFor\": \"PT0S\""));
        awaitWave(id, 2);
        assertThat(states("ROOT")).containsExactly("CURRENT", "NEXT");
        assertThat(published()).hasSize(2).startsWith(former);
        assertThat(concentrator.desired().authorities())
                .extracting(Authority::name)
                .hasSize(3)
                .startsWith("root")
                .endsWith("sites");
        assertThat(trusted().newWithOld()).hasSize(1);
        goOn(id, Phase.DISTRIBUTED, Phase.CANARY);
        trustsNextRoot(tunnels.get(1));
        JsonNode done = await(id, "DONE");
        assertThat(done.get("lostPackets").isNull()).as("no SA was touched").isTrue();
        assertThat(states("ROOT")).containsExactly("CURRENT", "RETIRED");
        X509Certificate present = published().getFirst();
        assertThat(published()).containsExactly(present, former);

        // What is shown is below the former one until its authority is rolled over.
        Path presentFile = directory.resolve("present.pem");
        Files.writeString(presentFile, Pem.encode(present));
        assertThatThrownBy(() -> shown(presentFile)).isInstanceOf(SSLException.class);
        assertThat(shown(formerFile)).hasSize(2);
        rollOver(AuthorityProfile.INTERNAL);
        Awaited.until(this::listeners, it -> it);
        assertThat(shown(presentFile)).as("leaf, authority, new with old").hasSize(3);
        assertThat(shown(formerFile)).hasSize(3);

        provisioner.bean(RootGenerations.class).withdraw();
        assertThat(published()).as("authorities below the former one are accepted").hasSize(2);
        rollOver(AuthorityProfile.SITES);
        rollOver(AuthorityProfile.GATEWAYS);
        rollOver(AuthorityProfile.TELEWORKERS);
        provisioner.bean(AuthorityGenerations.class).withdraw();
        provisioner.bean(RootGenerations.class).withdraw();
        assertThat(published()).containsExactly(present);
        assertThat(concentrator.desired().authorities()).hasSize(2);
        assertThat(trusted().newWithOld()).isEmpty();
        Awaited.until(this::listeners, it -> it);
        assertThat(shown(presentFile)).hasSize(2);

        // All of it is there after the next start, and another root can follow.
        restart();
        assertThat(published()).containsExactly(present);
        assertThat(states("ROOT")).containsExactly("CURRENT", "RETIRED");
        UUID another = begin(request(""));
        awaitWave(another, 2);
        assertThat(states("ROOT")).containsExactly("CURRENT", "NEXT", "RETIRED");
    }

    @Test
    void theNextAttemptGoesOnWithTheSameRootAndAProvisionerThatIsStartedAnewWithTheSameAttempt()
            throws IOException {
        UUID id = begin(request(""));
        awaitWave(id, 2);
        assertThat(abort(id).status()).isEqualTo(202);
        await(id, "ABORTED");
        String next = next();
        UUID again = begin(request(""));
        for (Phase phase : List.of(Phase.CONCENTRATOR, Phase.CANARY)) {
            restart();
            step(again, phase);
        }
        trustsNextRoot(tunnels.get(1));
        await(again, "DONE");
        assertThat(states("ROOT")).containsExactly("CURRENT", "RETIRED");
        assertThat(
                        new Rows(provisioner)
                                .count(
                                        "authority WHERE name = '%s' AND state = 'CURRENT'"
                                                .formatted(next)))
                .isEqualTo(1);
    }

    @Test
    void aConcentratorThatDoesNotHaveItStopsIt() {
        concentrator.tellTrust(false);
        UUID id = begin(request(""));
        concentrator.apply();
        awaitWave(id, 2);
        clock.advance(Duration.ofSeconds(121));
        assertThat(await(id, "ROLLED_BACK").get("cause").textValue())
                .contains("hub", "took too long");
        assertThat(states("ROOT")).containsExactly("CURRENT", "NEXT");
    }

    @Test
    void aBranchThatIsConnectedAndDoesNotSayThatItTrustsItStopsIt() {
        UUID id = begin(request(", \"waveSeconds\": 600"));
        awaitWave(id, 2);
        concentrator.apply();
        awaitWave(id, 3);
        clock.advance(Duration.ofSeconds(601));
        concentrator.report();
        assertThat(await(id, "ROLLED_BACK").get("cause").textValue())
                .contains("does not say which roots it trusts");
        assertThat(states("ROOT")).containsExactly("CURRENT", "NEXT");
    }

    @Test
    void aBranchThatIsAwayIsNotWaitedFor() {
        UUID id = begin(request(""));
        awaitWave(id, 2);
        concentrator.set(tunnels.getFirst(), Truth.ESTABLISHED, false, "switched off");
        concentrator.apply();
        awaitWave(id, 4);
        trustsNextRoot(tunnels.get(1));
        JsonNode done = await(id, "DONE");
        assertThat(done.at("/waves/2/targets/0/state").textValue()).isEqualTo("SKIPPED");
    }

    @Test
    void gatewaysHaveItBeforeItSigns() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        long before = gateway.desired(0).version();
        UUID id = begin(request(""));
        awaitWave(id, 2);
        concentrator.apply();
        GatewayState state = gateway.desired(before);
        assertThat(state.clientAuthoritiesPem().split("BEGIN CERTIFICATE", -1)).hasSize(4);
        tunnels.forEach(this::trustsNextRoot);
        assertThat(show(id).at("/waves/1/finishedAt").isNull()).isTrue();
        // It asks for what comes after, so it has that in force.
        assertThat(gateway.desired(state.version()).version()).isGreaterThan(state.version());
        await(id, "DONE");
    }

    @Test
    void aRootWhoseKeyIsInASafeIsMadeInACeremonyAsThePageSaysAndHoldsTheNextOne() throws Exception {
        Path safe = lockRootAway();
        UUID aborted = begin(request(""));
        awaitDetail(aborted, 1, "key ceremony");
        assertThat(abort(aborted).status()).isEqualTo(202);
        await(aborted, "ABORTED");
        assertThat(states("ROOT")).containsExactly("CURRENT");
        UUID id = begin(request(""));
        awaitDetail(id, 1, "key ceremony");
        Path nextSafe = Files.createDirectory(directory.resolve("next-safe"));
        followThePage(safe, nextSafe);
        Path made = directory.resolve("next-root");
        awaitWave(id, 2);
        assertThat(states("ROOT")).containsExactly("CURRENT", "NEXT");
        concentrator.apply();
        tunnels.forEach(this::trustsNextRoot);
        await(id, "DONE");
        assertThat(data.resolve("ca/next-root")).doesNotExist();
        assertThat(published().getFirst())
                .isEqualTo(Pem.certificates(Files.readString(made.resolve("root.pem"))).getFirst());
        // A stranger's is refused where it is imported: it is not of the present root.
        assertThat(ceremony("import", "--next-root", made.toString())).isEqualTo(1);

        UUID below = begin(authority("TELEWORKERS"));
        awaitDetail(below, 1, "key ceremony");
        holdCeremony(nextSafe, () -> {});
        await(below, "DONE");
        assertThat(states("TELEWORKERS")).containsExactly("CURRENT", "RETIRED");
    }

    /** What docs/operations/root.md says of a root in a safe, word for word. */
    private void followThePage(Path safe, Path nextSafe) throws IOException, InterruptedException {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/operations"))) {
            repository = repository.getParent();
        }
        Matcher blocks =
                SAFE_BLOCK.matcher(Files.readString(repository.resolve("docs/operations/root.md")));
        List<String> printed = new ArrayList<>();
        while (blocks.find()) {
            printed.add(typed(safe, nextSafe, blocks.group(1)));
        }
        assertThat(printed).hasSize(2);
        assertThat(printed.getLast()).contains(printedFingerprint(printed.getFirst()));
    }

    private static String printedFingerprint(String said) {
        Matcher fingerprint = FINGERPRINT.matcher(said);
        assertThat(fingerprint.find()).as(said).isTrue();
        return fingerprint.group();
    }

    private String typed(Path safe, Path nextSafe, String lines)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile(directory, "said", "");
        ProcessBuilder shell =
                new ProcessBuilder("bash", "-euo", "pipefail", "-c", lines)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        String secret = data.resolve("ca/password").toString();
        shell.environment()
                .putAll(
                        Map.of(
                                "PROVISIONER",
                                "%s -cp %s %s"
                                        .formatted(
                                                Path.of(
                                                        System.getProperty("java.home"),
                                                        "bin/java"),
                                                System.getProperty("java.class.path"),
                                                Provisioner.class.getName()),
                                "SALLYPORT_DATA",
                                data.toString(),
                                "MEDIUM",
                                directory.toString(),
                                "SAFE",
                                safe.toString(),
                                "SECRET_FILE",
                                secret,
                                "NEXT_SAFE",
                                nextSafe.toString(),
                                "NEXT_SECRET_FILE",
                                secret));
        Process process = shell.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(lines).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        return Files.readString(said);
    }

    /** The next authority of this purpose issues, and the former one is not accepted any more. */
    private void rollOver(AuthorityProfile purpose) {
        AuthorityGenerations generations = provisioner.bean(AuthorityGenerations.class);
        String next = ((NextAuthority.There) generations.next(purpose)).name();
        var _ = generations.retire(generations.promote(next), Duration.ZERO);
    }

    private boolean listeners() {
        return provisioner.bean(AuthorityGenerations.class).isAcceptedHere();
    }

    /** What the API shows to whoever trusts this root. */
    private List<X509Certificate> shown(Path root) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(TestTls.trusting(root)).build()) {
            HttpResponse<Void> answer =
                    client.send(
                            provisioner.request("/v1/authorities", operator).GET().build(),
                            HttpResponse.BodyHandlers.discarding());
            List<X509Certificate> chain = new ArrayList<>();
            for (var each : answer.sslSession().orElseThrow().getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return chain;
        }
    }

    private TrustedCertificates trusted() {
        return provisioner.bean(TrustedCertificates.class);
    }

    private List<X509Certificate> published() throws IOException {
        return Pem.certificates(Files.readString(provisioner.rootFile()));
    }

    private void goOn(UUID id, Phase from, Phase to) {
        for (Phase phase : Phase.values()) {
            if (phase.compareTo(from) > 0 && phase.compareTo(to) <= 0) {
                step(id, phase);
            }
        }
    }

    private void step(UUID id, Phase phase) {
        switch (phase) {
            case DISTRIBUTED -> throw new AssertionError(phase);
            case CONCENTRATOR -> {
                concentrator.apply();
                awaitWave(id, 3);
            }
            case CANARY -> {
                trustsNextRoot(tunnels.getFirst());
                awaitWave(id, 4);
            }
        }
    }

    /** Name of the next root, which is there. */
    private String next() {
        return ((NextAuthority.There) provisioner.bean(RootGenerations.class).next()).name();
    }

    private static String request(String more) {
        return "{\"kind\": \"ROOT\"%s}".formatted(more);
    }
}
