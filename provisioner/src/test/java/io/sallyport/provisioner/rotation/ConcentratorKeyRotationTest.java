package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.order.Awaited;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeyOrder.Verdict;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

class ConcentratorKeyRotationTest extends LiveTunnels {
    private static final String REQUEST = "{\"kind\": \"CONCENTRATOR_KEY\"}";

    /** Two that are live, and one that never dialled in. */
    ConcentratorKeyRotationTest() {
        super(3, 2);
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
        UUID id = begin(REQUEST);
        newKeys(id);
        assertThat(awaitWanted(1)).containsExactly(tunnels.get(0));
        authenticated(tunnels.get(0), 2);
        assertThat(awaitWanted(1)).containsExactly(tunnels.get(1));
        authenticated(tunnels.get(1), 0);

        JsonNode done = await(id, "DONE");
        assertThat(done.get("lostPackets").asLong()).isEqualTo(2);
        assertThat(done.at("/waves/1/lostPackets").asLong()).isEqualTo(2);
        assertThat(done.at("/waves/2/targets/1/state").textValue()).isEqualTo("SKIPPED");
        assertThat(concentrator.desired().keys().orElseThrow().verdict()).isEqualTo(Verdict.KEEP);
        assertThat(wanted()).isEmpty();
    }

    @Test
    void aTunnelThatAuthenticatedByItselfIsNotAskedAgain() {
        UUID id = begin(REQUEST);
        newKeys(id);
        awaitWanted(1);
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnels.get(1), 0);
        authenticated(tunnels.get(0), 0);
        JsonNode done = await(id, "DONE");
        assertThat(done.at("/waves/2/targets/0/detail").textValue()).contains("by itself");
    }

    @Test
    void aWaveThatStopsCarryingStopsItAndTheFormerKeysAreUsedAgain() {
        UUID id = begin(REQUEST);
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
        UUID id = begin(REQUEST);
        newKeys(id);
        awaitWanted(1);
        clock.advance(Duration.ofSeconds(121));
        concentrator.report();
        assertThat(awaitReturn(id, "ROLLED_BACK").get("cause").textValue()).contains("too long");
        everyTunnelIsUp();
    }

    @Test
    void aProvisionerThatIsStartedAnewGoesOnWhereItStood() throws IOException {
        UUID id = begin(REQUEST);
        newKeys(id);
        awaitWanted(1);
        restart();
        assertThat(wanted()).containsExactly(tunnels.get(0));
        authenticated(tunnels.get(0), 0);
        assertThat(awaitWanted(1)).containsExactly(tunnels.get(1));
        authenticated(tunnels.get(1), 0);
        await(id, "DONE");
    }

    @Test
    void oneAtATimeAndForOperatorsOnly() {
        begin(REQUEST);
        assertThat(post("{\"kind\": \"CONCENTRATOR_KEY\"}").status()).isEqualTo(409);
        assertThat(post("{\"kind\": \"FLAG\"}").status()).isEqualTo(422);
        assertThat(post("{\"kind\": \"GATEWAY_KEY\"}").status()).isEqualTo(422);
        assertThat(post("{\"kind\": \"CONCENTRATOR_KEY\", \"canary\": 0}").status()).isEqualTo(422);
        assertThat(provisioner.post("/v1/rotations", provisioner.customerToken(), "{}").status())
                .isEqualTo(403);
        assertThat(provisioner.get("/v1/openapi.yml", null).body())
                .contains("/v1/rotations/{id}/abort:", "begunBy:", "abortedBy:");
    }

    private void authenticated(UUID tunnel, long lost) {
        authenticate(tunnel, lost);
        Awaited.until(this::wanted, it -> !it.contains(tunnel));
    }

    private void everyTunnelIsUp() {
        assertThat(concentrator.desired().tunnels()).hasSize(3);
        assertThat(wanted()).isEmpty();
        assertThat(concentrator.desired().keys().map(KeyOrder::verdict))
                .isIn(Optional.empty(), Optional.of(Verdict.RETURN));
    }
}
