package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestTls;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.CeremonyCommand;
import io.sallyport.provisioner.authority.NextAuthority;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.net.ssl.SSLException;

/** Another root takes the place of the root. */
class RootRotationTest {
    /** How far it comes before something happens to it. */
    enum Phase {
        /** The next root is there; the concentrator has not said that it has it. */
        DISTRIBUTED,
        /** The concentrator has it; no branch has said that it trusts it. */
        CONCENTRATOR,
        /** The first branch trusts it. */
        CANARY,
        /** It signs authorities. */
        SIGNING
    }

    @TempDir Path directory;
    private final TestClock clock = new TestClock();
    private final Map<String, String> database = SharedPostgres.newDatabase();
    private Path data;
    private RunningProvisioner provisioner;
    private FakeConcentrator concentrator;
    private String operator;
    private final List<UUID> tunnels = new ArrayList<>();

    @BeforeEach
    void twoLiveTunnels() throws IOException {
        data = directory.resolve("data");
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        operator = provisioner.operatorToken();
        concentrator = FakeConcentrator.register(provisioner);
        OrderClient customer = new OrderClient(provisioner);
        for (int i = 1; i <= 2; i++) {
            JsonNode order = customer.order("branch" + i, "10.1.%d.0/24".formatted(i));
            customer.awaitState(order, "CONFIGURED");
            tunnels.add(OrderClient.tunnelOf(order));
            clock.advance(Duration.ofSeconds(1));
        }
        concentrator.apply();
        tunnels.forEach(concentrator::dialIn);
    }

    @AfterEach
    void stop() throws IOException {
        provisioner.close();
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndMakesNoRootAndWhatCannotBeDoneIsRefused() {
        var answer = post("{\"kind\": \"ROOT\", \"dryRun\": true}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        // The root, the concentrator, two branches, its first signature, retirement.
        assertThat(answer.json().get("plan")).hasSize(6);
        assertThat(states()).containsExactly("CURRENT");

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
        UUID id = begin(", \"acceptFormerFor\": \"PT0S\"");
        awaitWave(id, 2);
        assertThat(states()).containsExactly("CURRENT", "NEXT");
        assertThat(published()).hasSize(2).startsWith(former);
        assertThat(concentrator.desired().authorities())
                .extracting(Authority::name)
                .hasSize(3)
                .startsWith("root")
                .endsWith("sites");
        assertThat(trusted().newWithOld()).hasSize(1);
        goOn(id, Phase.DISTRIBUTED, Phase.CANARY);
        says(tunnels.get(1));
        JsonNode done = await(id, "DONE");
        assertThat(done.get("lostPackets").asLong()).isZero();
        assertThat(states()).containsExactly("CURRENT", "RETIRED");
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
        provisioner.close();
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        concentrator.follow(provisioner);
        assertThat(published()).containsExactly(present);
        assertThat(states()).containsExactly("CURRENT", "RETIRED");
        UUID another = begin("");
        awaitWave(another, 2);
        assertThat(states()).containsExactly("CURRENT", "NEXT", "RETIRED");
    }

    /** Whatever has been done, the former root is trusted, and nothing that anybody has changes. */
    @ParameterizedTest
    @EnumSource
    void anAbortInEachPhaseLeavesTheFormerRootInItsPlace(Phase phase) throws IOException {
        X509Certificate former = published().getFirst();
        List<Authority> before = concentrator.desired().authorities();
        UUID id = begin("");
        awaitWave(id, 2);
        if (phase == Phase.SIGNING) {
            // It is over at once after that, so as if it had been killed there.
            goOn(id, Phase.DISTRIBUTED, Phase.CANARY);
            var _ = provisioner.bean(RootGenerations.class).promote(next());
            new Rows(provisioner)
                    .change("UPDATE rotation SET former_authority = 'root' WHERE id = ?", id);
        } else {
            goOn(id, Phase.DISTRIBUTED, phase);
        }
        assertThat(provisioner.post("/v1/rotations/%s/abort".formatted(id), operator, "").status())
                .isEqualTo(202);
        await(id, "ABORTED");
        assertThat(states()).containsExactly("CURRENT", "NEXT");
        assertThat(published()).hasSize(2).startsWith(former);
        assertThat(concentrator.desired().authorities()).containsAll(before);
        assertThat(concentrator.desired().tunnels()).hasSize(2);
    }

    @Test
    void theNextAttemptGoesOnWithTheSameRootAndAProvisionerThatIsStartedAnewWithTheSameAttempt()
            throws IOException {
        UUID id = begin("");
        awaitWave(id, 2);
        assertThat(provisioner.post("/v1/rotations/%s/abort".formatted(id), operator, "").status())
                .isEqualTo(202);
        await(id, "ABORTED");
        String next = next();
        UUID again = begin("");
        for (Phase phase : List.of(Phase.CONCENTRATOR, Phase.CANARY)) {
            provisioner.close();
            provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
            concentrator.follow(provisioner);
            step(again, phase);
        }
        says(tunnels.get(1));
        await(again, "DONE");
        assertThat(states()).containsExactly("CURRENT", "RETIRED");
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
        UUID id = begin("");
        concentrator.apply();
        awaitWave(id, 2);
        clock.advance(Duration.ofSeconds(121));
        assertThat(await(id, "ROLLED_BACK").get("cause").textValue())
                .contains("hub", "took too long");
        assertThat(states()).containsExactly("CURRENT", "NEXT");
    }

    @Test
    void aBranchThatIsConnectedAndDoesNotSayThatItTrustsItStopsIt() {
        UUID id = begin(", \"waveSeconds\": 600");
        awaitWave(id, 2);
        concentrator.apply();
        awaitWave(id, 3);
        clock.advance(Duration.ofSeconds(601));
        concentrator.report();
        assertThat(await(id, "ROLLED_BACK").get("cause").textValue())
                .contains("does not say which roots it trusts");
        assertThat(states()).containsExactly("CURRENT", "NEXT");
    }

    @Test
    void aBranchThatIsAwayIsNotWaitedFor() {
        UUID id = begin("");
        awaitWave(id, 2);
        concentrator.set(tunnels.getFirst(), Truth.ESTABLISHED, false, "switched off");
        concentrator.apply();
        awaitWave(id, 4);
        says(tunnels.get(1));
        JsonNode done = await(id, "DONE");
        assertThat(done.at("/waves/2/targets/0/state").textValue()).isEqualTo("SKIPPED");
    }

    @Test
    void gatewaysHaveItBeforeItSigns() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        long before = gateway.desired(0).version();
        UUID id = begin("");
        awaitWave(id, 2);
        concentrator.apply();
        GatewayState state = gateway.desired(before);
        assertThat(state.clientAuthoritiesPem().split("BEGIN CERTIFICATE", -1)).hasSize(4);
        tunnels.forEach(this::says);
        assertThat(show(id).at("/waves/1/finishedAt").isNull()).isTrue();
        // It asks for what comes after, so it has that in force.
        assertThat(gateway.desired(state.version()).version()).isGreaterThan(state.version());
        await(id, "DONE");
    }

    @Test
    void aRootWhoseKeyIsInASafeIsMadeInACeremony() throws IOException {
        Path safe = Files.createDirectories(directory.resolve("safe/root"));
        Files.move(data.resolve("ca/root/key.pem"), safe.resolve("key.pem"));
        Files.copy(data.resolve("ca/root/certificate.pem"), safe.resolve("certificate.pem"));
        UUID id = begin("");
        Awaited.until(
                () -> show(id),
                it -> it.at("/waves/0/targets/0/detail").textValue().contains("key ceremony"));
        Path made = directory.resolve("made");
        Path secret = data.resolve("ca/password");
        assertThat(
                        ceremony(
                                "next-root",
                                "--certificates",
                                made.toString(),
                                "--transcript",
                                directory.resolve("transcript").toString(),
                                "--attending",
                                "Ada Lovelace",
                                "--root",
                                safe.getParent().toString(),
                                "--secret-file",
                                secret.toString(),
                                "--next-root",
                                directory.resolve("next-safe").toString(),
                                "--next-secret-file",
                                secret.toString()))
                .isZero();
        assertThat(ceremony("import", "--next-root", made.toString())).isZero();
        awaitWave(id, 2);
        assertThat(states()).containsExactly("CURRENT", "NEXT");
        concentrator.apply();
        tunnels.forEach(this::says);
        await(id, "DONE");
        assertThat(data.resolve("ca/next-root")).doesNotExist();
        assertThat(published().getFirst())
                .isEqualTo(Pem.certificates(Files.readString(made.resolve("root.pem"))).getFirst());
        // A stranger's is refused where it is imported: it is not of the present root.
        assertThat(ceremony("import", "--next-root", made.toString())).isEqualTo(1);
    }

    private int ceremony(String... arguments) {
        var said = new ByteArrayOutputStream();
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new CeremonyCommand(Map.of("SALLYPORT_DATA", data.toString()), clock, out, out)
                .run(List.of(arguments));
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

    private SiteCertificates trusted() {
        return provisioner.bean(SiteCertificates.class);
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
            case DISTRIBUTED, SIGNING -> throw new AssertionError(phase);
            case CONCENTRATOR -> {
                concentrator.apply();
                awaitWave(id, 3);
            }
            case CANARY -> {
                says(tunnels.getFirst());
                awaitWave(id, 4);
            }
        }
    }

    /** As the branch's script does. */
    private void says(UUID tunnel) {
        new Rows(provisioner)
                .change(
                        """
                        INSERT INTO branch_trust (tunnel, fingerprints) VALUES (?, ARRAY[?]::text[])
                        ON CONFLICT (tunnel) DO UPDATE SET fingerprints = excluded.fingerprints
                        """,
                        tunnel,
                        roots("NEXT").getFirst().get("sha256").textValue());
    }

    /** Name of the next root, which is there. */
    private String next() {
        return ((NextAuthority.There) provisioner.bean(RootGenerations.class).next()).name();
    }

    private UUID begin(String more) {
        var answer = post("{\"kind\": \"ROOT\"%s}".formatted(more));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return UUID.fromString(answer.json().get("id").textValue());
    }

    private void awaitWave(UUID id, int number) {
        Awaited.until(
                () -> show(id), it -> !it.at("/waves/%d/startedAt".formatted(number - 1)).isNull());
    }

    private List<String> states() {
        return roots(".*").stream().map(it -> it.get("state").textValue()).toList();
    }

    private List<JsonNode> roots(String state) {
        List<JsonNode> found = new ArrayList<>();
        provisioner
                .get("/v1/authorities", operator)
                .json()
                .get("authorities")
                .forEach(
                        each -> {
                            if (each.get("purpose").textValue().equals("ROOT")
                                    && each.get("state").textValue().matches(state)) {
                                found.add(each);
                            }
                        });
        return found;
    }

    private RunningProvisioner.Answer post(String body) {
        return provisioner.post("/v1/rotations", operator, body);
    }

    private JsonNode show(UUID id) {
        return provisioner.get("/v1/rotations/" + id, operator).json();
    }

    private JsonNode await(UUID id, String state) {
        return Awaited.until(() -> show(id), it -> it.get("state").textValue().equals(state));
    }
}
