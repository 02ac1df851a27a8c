package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeyOrder.Verdict;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

class ConcentratorKeyRotationTest {
    /** Where the rotation is aborted. */
    enum Phase {
        BEFORE_THE_NODE_HAS_NEW_KEYS,
        WHEN_THE_NODE_HAS_NEW_KEYS,
        DURING_THE_CANARY,
        AFTER_THE_CANARY
    }

    @TempDir Path data;
    private final TestClock clock = new TestClock();
    private final Map<String, String> database = SharedPostgres.newDatabase();
    private RunningProvisioner provisioner;
    private FakeConcentrator concentrator;
    private String operator;
    private final List<UUID> tunnels = new ArrayList<>();

    @BeforeEach
    void twoLiveTunnelsAndOneThatNeverDialledIn() throws IOException {
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        operator = provisioner.operatorToken(); // handed out at the first start only
        concentrator = FakeConcentrator.register(provisioner);
        OrderClient customer = new OrderClient(provisioner);
        for (int i = 1; i <= 3; i++) {
            JsonNode order = customer.order("branch" + i, "10.1.%d.0/24".formatted(i));
            customer.awaitState(order, "CONFIGURED");
            tunnels.add(OrderClient.tunnelOf(order));
            clock.advance(Duration.ofSeconds(1));
        }
        concentrator.apply();
        concentrator.dialIn(tunnels.get(0));
        concentrator.dialIn(tunnels.get(1));
    }

    @AfterEach
    void stop() throws IOException {
        provisioner.close();
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndDoesNothing() {
        var answer = post("{\"kind\": \"CONCENTRATOR_KEY\", \"dryRun\": true}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("state").textValue()).isEqualTo("PLANNED");
        assertThat(answer.json().get("plan")).hasSize(3);
        assertThat(provisioner.get("/v1/rotations", operator).json().get("rotations")).isEmpty();
        assertThat(concentrator.desired().keys()).isEmpty();
    }

    @Test
    void newKeysFirstThenTheCanaryThenTheRestAndLostProbesAreCounted() {
        UUID id = begin();
        newKeys(id);
        assertThat(awaitWanted(1)).containsExactly(tunnels.get(0));
        authenticate(tunnels.get(0), 2);
        assertThat(awaitWanted(1)).containsExactly(tunnels.get(1));
        authenticate(tunnels.get(1), 0);

        JsonNode done = await(id, "DONE");
        assertThat(done.get("lostPackets").asLong()).isEqualTo(2);
        assertThat(done.at("/waves/1/lostPackets").asLong()).isEqualTo(2);
        assertThat(done.at("/waves/2/targets/1/state").textValue()).isEqualTo("SKIPPED");
        assertThat(concentrator.desired().keys().orElseThrow().verdict()).isEqualTo(Verdict.KEEP);
        assertThat(wanted()).isEmpty();
    }

    @Test
    void aTunnelThatAuthenticatedByItselfIsNotAskedAgain() {
        UUID id = begin();
        newKeys(id);
        awaitWanted(1);
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnels.get(1), 0);
        authenticate(tunnels.get(0), 0);
        JsonNode done = await(id, "DONE");
        assertThat(done.at("/waves/2/targets/0/detail").textValue()).contains("by itself");
    }

    @Test
    void aWaveThatStopsCarryingStopsItAndTheFormerKeysAreUsedAgain() {
        UUID id = begin();
        newKeys(id);
        awaitWanted(1);
        clock.advance(Duration.ofSeconds(1));
        concentrator.set(tunnels.get(0), Truth.CARRYING, false, "no reply to 3 probes");
        concentrator.report();

        JsonNode over = awaitReturn(id, "ROLLED_BACK");
        assertThat(over.get("cause").textValue()).contains("branch1").contains("carries nothing");
        assertThat(over.get("begunBy").textValue()).isEqualTo(operatorAsRecorded());
        assertThat(over.path("abortedBy").isTextual()).isFalse();
        everyTunnelIsUp();
    }

    @Test
    void aWaveThatTakesTooLongStopsIt() {
        UUID id = begin();
        newKeys(id);
        awaitWanted(1);
        clock.advance(Duration.ofSeconds(121));
        concentrator.report();
        assertThat(awaitReturn(id, "ROLLED_BACK").get("cause").textValue()).contains("too long");
        everyTunnelIsUp();
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void anAbortInEachPhaseLeavesEveryTunnelUp(Phase phase) {
        UUID id = begin();
        if (phase != Phase.BEFORE_THE_NODE_HAS_NEW_KEYS) {
            Awaited.until(concentrator::desired, it -> it.keys().isPresent());
            concentrator.followKeys();
        }
        if (phase == Phase.DURING_THE_CANARY || phase == Phase.AFTER_THE_CANARY) {
            awaitWanted(1);
        }
        if (phase == Phase.AFTER_THE_CANARY) {
            authenticate(tunnels.get(0), 0);
            Awaited.until(this::wanted, List.of(tunnels.get(1))::equals);
        }
        var answer = provisioner.post("/v1/rotations/%s/abort".formatted(id), operator, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);

        JsonNode over = awaitReturn(id, "ABORTED");
        assertThat(over.get("begunBy").textValue()).isEqualTo(operatorAsRecorded());
        assertThat(over.get("abortedBy").textValue()).isEqualTo(operatorAsRecorded());
        everyTunnelIsUp();
        assertThat(provisioner.post("/v1/rotations/%s/abort".formatted(id), operator, "").status())
                .isEqualTo(409);
    }

    @Test
    void aProvisionerThatIsStartedAnewGoesOnWhereItStood() throws IOException {
        UUID id = begin();
        newKeys(id);
        awaitWanted(1);
        provisioner.close();
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        concentrator.follow(provisioner);
        assertThat(wanted()).containsExactly(tunnels.get(0));
        authenticate(tunnels.get(0), 0);
        assertThat(awaitWanted(1)).containsExactly(tunnels.get(1));
        authenticate(tunnels.get(1), 0);
        await(id, "DONE");
    }

    @Test
    void oneAtATimeAndForOperatorsOnly() {
        begin();
        assertThat(post("{\"kind\": \"CONCENTRATOR_KEY\"}").status()).isEqualTo(409);
        assertThat(post("{\"kind\": \"FLAG\"}").status()).isEqualTo(422);
        assertThat(post("{\"kind\": \"GATEWAY_KEY\"}").status()).isEqualTo(422);
        assertThat(post("{\"kind\": \"CONCENTRATOR_KEY\", \"canary\": 0}").status()).isEqualTo(422);
        assertThat(provisioner.post("/v1/rotations", provisioner.customerToken(), "{}").status())
                .isEqualTo(403);
        assertThat(provisioner.get("/v1/openapi.yml", null).body())
                .contains("/v1/rotations/{id}/abort:", "begunBy:", "abortedBy:");
    }

    /** What its holder can work out, and nobody else can do anything with. */
    private String operatorAsRecorded() {
        return "operator, token " + BearerSecret.of(operator).orElseThrow().hash().substring(0, 12);
    }

    private RunningProvisioner.Answer post(String body) {
        return provisioner.post("/v1/rotations", operator, body);
    }

    private UUID begin() {
        var answer = post("{\"kind\": \"CONCENTRATOR_KEY\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return UUID.fromString(answer.json().get("id").textValue());
    }

    private void newKeys(UUID rotation) {
        Awaited.until(
                concentrator::desired,
                it -> it.keys().filter(order -> order.id().equals(rotation)).isPresent());
        concentrator.followKeys();
    }

    private List<UUID> wanted() {
        return concentrator.desired().tunnels().stream()
                .filter(tunnel -> tunnel.authenticatedAfter().isPresent())
                .map(DesiredTunnel::id)
                .toList();
    }

    private List<UUID> awaitWanted(int count) {
        return Awaited.until(this::wanted, it -> it.size() == count);
    }

    /** It authenticates, and the concentrator watches long enough for probes. */
    private void authenticate(UUID tunnel, long lost) {
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnel, lost);
        clock.advance(Duration.ofSeconds(4));
        concentrator.report();
        Awaited.until(this::wanted, it -> !it.contains(tunnel));
    }

    private JsonNode await(UUID id, String state) {
        return Awaited.until(
                () -> provisioner.get("/v1/rotations/" + id, operator).json(),
                it -> it.get("state").textValue().equals(state));
    }

    /** The node returns to its former keys as soon as it is told. */
    private JsonNode awaitReturn(UUID id, String state) {
        return Awaited.until(
                () -> {
                    concentrator.followKeys();
                    return provisioner.get("/v1/rotations/" + id, operator).json();
                },
                it -> it.get("state").textValue().equals(state));
    }

    private void everyTunnelIsUp() {
        assertThat(concentrator.desired().tunnels()).hasSize(3);
        assertThat(wanted()).isEmpty();
        assertThat(concentrator.desired().keys().map(KeyOrder::verdict))
                .isIn(Optional.empty(), Optional.of(Verdict.RETURN));
    }
}
