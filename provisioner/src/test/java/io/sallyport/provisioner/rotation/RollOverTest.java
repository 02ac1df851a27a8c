package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The authority for sites is rolled over. */
class RollOverTest {
    /** How far it comes before something happens to it. */
    enum Phase {
        /** The next authority is there; the concentrator has not said that it has it. */
        DISTRIBUTED,
        /** It issues; the concentrator still has its former keys. */
        ISSUING,
        /** The concentrator has keys with certificates of the next one. */
        CONCENTRATOR,
        /** The canary has authenticated with the concentrator's new key. */
        CANARY,
        /** The first branch has a certificate of the next one. */
        BRANCH
    }

    @TempDir Path data;
    private final TestClock clock = new TestClock();
    private final Map<String, String> database = SharedPostgres.newDatabase();
    private RunningProvisioner provisioner;
    private FakeConcentrator concentrator;
    private String operator;
    private final List<UUID> tunnels = new ArrayList<>();

    @BeforeEach
    void twoLiveTunnels() throws IOException {
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
    void aDryRunSaysWhatWouldBeDoneAndMakesNoAuthority() {
        var answer = post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\", \"dryRun\": true}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        // Authority, distribution, issue, concentrator, its canary, two branches, retirement.
        assertThat(answer.json().get("plan")).hasSize(8);
        assertThat(states("sites")).containsExactly("CURRENT");
    }

    @Test
    void isEverywhereBeforeItIssuesAndIssuesBeforeTheFormerOneIsRetired() {
        UUID id = reach(Phase.DISTRIBUTED);
        assertThat(states("sites")).containsExactly("CURRENT", "NEXT");
        DesiredState desired = concentrator.desired();
        assertThat(desired.authorities()).hasSize(3);
        assertThat(desired.revocationLists()).hasSize(2);
        assertThat(issued(1)).as("by the next one").isZero();

        goOn(id, Phase.DISTRIBUTED, Phase.BRANCH);
        assertThat(states("sites")).containsExactly("CURRENT", "RETIRED");
        branch(tunnels.get(1));
        JsonNode done = await(id, "DONE");
        assertThat(done.get("lostPackets").asLong()).isZero();
        assertThat(issued(0)).as("by the present one").isEqualTo(3);
        assertThat(authorities("sites").get(1).get("acceptedUntil").isNull()).isFalse();

        // Whoever was away has until the last certificate of the former one ends.
        assertThat(concentrator.desired().authorities()).hasSize(3);
        clock.advance(Duration.ofDays(91));
        provisioner.bean(AuthorityGenerations.class).withdraw();
        long version = concentrator.desired().version();
        assertThat(concentrator.desired().authorities()).hasSize(2);
        assertThat(concentrator.desired().revocationLists()).hasSize(1);
        provisioner.bean(AuthorityGenerations.class).withdraw();
        assertThat(concentrator.desired().version()).isEqualTo(version);
    }

    @Test
    void aConcentratorWhoseCharonDoesNotHaveItStopsItAndNothingIsIssued() {
        concentrator.tellTrust(false);
        UUID id = reach(Phase.DISTRIBUTED);
        concentrator.apply();
        Awaited.until(
                () -> show(id),
                it -> it.at("/waves/1/targets/0/state").textValue().equals("RUNNING"));
        clock.advance(Duration.ofSeconds(121));
        JsonNode over = await(id, "ROLLED_BACK");
        assertThat(over.get("cause").textValue()).contains("hub").contains("took too long");
        assertThat(states("sites")).containsExactly("CURRENT", "NEXT");
        assertThat(issued(1)).isZero();

        // The next attempt goes on with the authority that is there.
        concentrator.tellTrust(true);
        UUID again = begin();
        goOn(again, Phase.DISTRIBUTED, Phase.ISSUING);
        assertThat(authorities("sites")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void anAbortInEachPhaseLeavesEveryTunnelUpAndTheFormerOneIssues(Phase phase) {
        UUID id = reach(phase);
        String former = name(phase == Phase.DISTRIBUTED ? 0 : 1);
        var answer = provisioner.post("/v1/rotations/%s/abort".formatted(id), operator, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        Awaited.until(
                () -> {
                    concentrator.followKeys();
                    return show(id);
                },
                it -> it.get("state").textValue().equals("ABORTED"));

        assertThat(states("sites")).containsExactly("CURRENT", "NEXT");
        assertThat(name(0)).isEqualTo(former);
        // Whatever has a certificate of either keeps its tunnel.
        DesiredState desired = concentrator.desired();
        assertThat(desired.authorities()).hasSize(3);
        assertThat(desired.revocationLists()).hasSize(2);
        assertThat(desired.tunnels()).hasSize(2).allMatch(it -> it.authenticatedAfter().isEmpty());
        assertThat(new Rows(provisioner).count("tunnel_renewal_wish")).isZero();
    }

    @Test
    void aProvisionerThatIsStartedAnewInEachPhaseGoesOnWhereItStood() throws IOException {
        UUID id = reach(Phase.DISTRIBUTED);
        for (Phase phase : Phase.values()) {
            if (phase != Phase.DISTRIBUTED) {
                enter(id, phase);
            }
            provisioner.close();
            provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
            concentrator.follow(provisioner);
        }
        branch(tunnels.get(1));
        await(id, "DONE");
        assertThat(states("sites")).containsExactly("CURRENT", "RETIRED");
    }

    @Test
    void aRollOverIsOfOnePurposeForAll() {
        assertThat(post("{\"kind\": \"ISSUING_CA\"}").status()).isEqualTo(422);
        assertThat(post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"MOON\"}").status())
                .isEqualTo(422);
        assertThat(
                        post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\", \"targets\": [\"%s\"]}"
                                        .formatted(tunnels.getFirst()))
                                .status())
                .isEqualTo(422);
        assertThat(
                        post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\","
                                        + " \"acceptFormerFor\": \"-P1D\"}")
                                .status())
                .isEqualTo(422);
    }

    private UUID begin() {
        var answer = post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return UUID.fromString(answer.json().get("id").textValue());
    }

    private UUID reach(Phase phase) {
        UUID id = begin();
        Awaited.until(concentrator::desired, it -> it.authorities().size() == 3);
        goOn(id, Phase.DISTRIBUTED, phase);
        return id;
    }

    /** Plays the concentrator and the branches from one phase to another. */
    private void goOn(UUID id, Phase from, Phase to) {
        for (Phase phase : Phase.values()) {
            if (phase.compareTo(from) > 0 && phase.compareTo(to) <= 0) {
                enter(id, phase);
            }
        }
    }

    private void enter(UUID id, Phase phase) {
        switch (phase) {
            case DISTRIBUTED -> throw new AssertionError("it begins there");
            case ISSUING -> {
                concentrator.apply();
                Awaited.until(
                        () -> {
                            concentrator.report();
                            return concentrator.desired();
                        },
                        it -> it.keys().filter(order -> order.id().equals(id)).isPresent());
            }
            case CONCENTRATOR -> {
                concentrator.followKeys();
                Awaited.until(this::wanted, it -> it.size() == 1);
            }
            case CANARY -> {
                authenticate(tunnels.getFirst());
                Awaited.until(this::wanted, List::isEmpty);
                Awaited.until(() -> wishes(), it -> it == 1);
            }
            case BRANCH -> branch(tunnels.getFirst());
        }
    }

    /** It renews as it was asked to, and authenticates with what it got. */
    private void branch(UUID tunnel) {
        Rows rows = new Rows(provisioner);
        Awaited.until(this::wishes, it -> it == 1);
        DesiredTunnel desired =
                concentrator.desired().tunnels().stream()
                        .filter(it -> it.id().equals(tunnel))
                        .findFirst()
                        .orElseThrow();
        UUID certificate =
                provisioner
                        .bean(SiteCertificates.class)
                        .issueBranch(
                                desired.remoteIdentity(), GeneratedKey.p256(new SecureRandom()))
                        .id();
        rows.change("UPDATE tunnel SET certificate = ? WHERE id = ?", certificate, tunnel);
        rows.change("DELETE FROM tunnel_renewal_wish WHERE tunnel = ?", tunnel);
        authenticate(tunnel);
        Awaited.until(
                () -> {
                    concentrator.report();
                    return provisioner.get("/v1/rotations", operator).json();
                },
                it -> it.at("/rotations/0").toString().contains(settled(desired)));
    }

    private static String settled(DesiredTunnel tunnel) {
        return "\"%s\",\"state\":\"DONE\"".formatted(tunnel.remoteIdentity().value());
    }

    private void authenticate(UUID tunnel) {
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnel, 0);
        clock.advance(Duration.ofSeconds(4));
        concentrator.report();
    }

    private int wishes() {
        return new Rows(provisioner).count("tunnel_renewal_wish");
    }

    private List<UUID> wanted() {
        return concentrator.desired().tunnels().stream()
                .filter(tunnel -> tunnel.authenticatedAfter().isPresent())
                .map(DesiredTunnel::id)
                .toList();
    }

    private List<JsonNode> authorities(String purpose) {
        List<JsonNode> found = new ArrayList<>();
        provisioner
                .get("/v1/authorities", operator)
                .json()
                .get("authorities")
                .forEach(
                        each -> {
                            if (each.get("purpose").textValue().equalsIgnoreCase(purpose)) {
                                found.add(each);
                            }
                        });
        return found;
    }

    private List<String> states(String purpose) {
        return authorities(purpose).stream().map(it -> it.get("state").textValue()).toList();
    }

    private String name(int index) {
        return authorities("sites").get(index).get("subject").textValue();
    }

    private long issued(int index) {
        return authorities("sites").get(index).get("issued").asLong();
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
