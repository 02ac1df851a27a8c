package io.sallyport.provisioner.order;

import static io.sallyport.provisioner.order.OrderClient.tunnelOf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What is said of tunnels as time goes by, and of those whose concentrator is silent. */
class TunnelTruthsTest {
    private static final List<String> TRUTHS =
            List.of("ordered", "loaded", "established", "carrying");
    private static final List<String> OBSERVED = TRUTHS.subList(1, TRUTHS.size());
    private static final Duration SILENT = Duration.ofSeconds(16);

    private final TestClock clock = new TestClock();
    private RunningProvisioner provisioner;
    private FakeConcentrator concentrator;
    private OrderClient customer;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        provisioner =
                RunningProvisioner.start(
                        directory.resolve("data"), SharedPostgres.newDatabase(), Map.of(), clock);
        concentrator = FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterEach
    void end() throws IOException {
        provisioner.close();
    }

    @Test
    void sinceIsWhenItsConcentratorSawItHappen() {
        UUID tunnel = configured("lyon", "10.1.1.0/24");
        clock.advance(Duration.ofMinutes(1));
        concentrator.apply();
        Instant loaded = clock.instant();
        clock.advance(Duration.ofMinutes(1));
        concentrator.set(tunnel, Truth.ESTABLISHED, true, "the branch dialled in");
        Instant established = clock.instant();
        clock.advance(Duration.ofSeconds(5));
        concentrator.set(tunnel, Truth.CARRYING, true, "a probe came back");
        concentrator.report();
        Instant carrying = clock.instant();

        assertThat(since(tunnel, "ordered")).isBefore(loaded.minusSeconds(59));
        assertThat(since(tunnel, "loaded")).isBetween(loaded.minusSeconds(30), loaded);
        assertThat(since(tunnel, "established"))
                .isBetween(loaded.plusSeconds(60), established)
                .isBefore(carrying.minusSeconds(5));
        assertThat(since(tunnel, "carrying"))
                .isBetween(established.plusSeconds(5).minusMillis(1), carrying);

        clock.advance(Duration.ofSeconds(5));
        concentrator.set(tunnel, Truth.CARRYING, false, "no probe came back");
        concentrator.report();
        assertThat(since(tunnel, "carrying")).isAfter(carrying.plusSeconds(4));
        assertThat(since(tunnel, "established")).isBefore(carrying);
    }

    @Test
    void silenceIsNeitherUpNorDown() {
        UUID tunnel = live("lyon", "10.1.1.0/24");
        Instant lastHeard = clock.instant();
        clock.advance(SILENT);

        JsonNode seen = customer.tunnel(tunnel);
        assertThat(seen.at("/truths/ordered/holds").textValue()).isEqualTo("YES");
        for (String truth : OBSERVED) {
            assertThat(seen.at("/truths/%s/holds".formatted(truth)).textValue())
                    .as(truth)
                    .isEqualTo("UNKNOWN");
            assertThat(seen.at("/truths/%s/cause".formatted(truth)).textValue())
                    .startsWith("concentrator hub was last heard of at ");
            assertThat(since(tunnel, truth)).isBetween(lastHeard.minusSeconds(10), lastHeard);
        }
        assertThat(seen.get("securityAssociation").isNull()).isTrue();
        assertThat(metrics())
                .contains(
                        metric("ordered", "lyon", "hub", tunnel, 1),
                        metric("watched", "lyon", "hub", tunnel, 0),
                        metric("carrying", "lyon", "hub", tunnel, 0))
                .noneMatch(line -> line.startsWith("sallyport_tunnel_round_trip_seconds{"));
    }

    @Test
    void unobservedTimeIsSaidAndNotCountedAsAnything() {
        UUID tunnel = live("lyon", "10.1.1.0/24");
        clock.advance(Duration.ofSeconds(10));
        concentrator.report();
        clock.advance(SILENT);

        JsonNode silent = availability(tunnel);
        assertThat(silent.get("upSeconds").asDouble()).isGreaterThanOrEqualTo(10);
        assertThat(silent.get("downSeconds").asDouble()).isZero();
        assertThat(silent.get("unobservedSeconds").asDouble()).isGreaterThanOrEqualTo(16);
        assertThat(silent.get("availability").textValue()).isEqualTo("1.00000");
        assertThat(silent.get("outages")).isEmpty();
        assertAllTimeIsAccountedFor(silent);

        // Its process was killed: nobody will ever know what was in between.
        concentrator.restart();
        concentrator.report();
        JsonNode back = availability(tunnel);
        assertThat(customer.tunnel(tunnel).at("/truths/carrying/holds").textValue())
                .isEqualTo("YES");
        assertThat(back.get("unobservedSeconds").asDouble()).isGreaterThanOrEqualTo(16);
        assertThat(back.get("downSeconds").asDouble()).isZero();
        assertAllTimeIsAccountedFor(back);
    }

    @Test
    void timeThatWasWatchedAndIsToldLateIsNotUnobserved() {
        UUID tunnel = live("lyon", "10.1.1.0/24");
        clock.advance(SILENT);
        assertThat(availability(tunnel).get("unobservedSeconds").asDouble())
                .isGreaterThanOrEqualTo(16);

        concentrator.report();

        JsonNode told = availability(tunnel);
        assertThat(told.get("upSeconds").asDouble()).isGreaterThanOrEqualTo(16);
        assertThat(told.get("unobservedSeconds").asDouble()).isLessThan(16);
        assertAllTimeIsAccountedFor(told);
    }

    @Test
    void metricsHaveTheTunnelThatFellTheOneThatEndsAndTheOneThatNobodyWatches() {
        UUID away = live("away", "10.1.1.0/24");
        FakeConcentrator silent = concentrator;
        clock.advance(SILENT);
        concentrator = FakeConcentrator.register(provisioner, "far", "10.9.0.0/24", "10.9.0.1");
        concentrator.report();
        UUID fell = live("fell", "10.1.2.0/24");
        UUID ending = live("ending", "10.1.3.0/24");
        UUID ended = live("ended", "10.1.4.0/24");
        concentrator.set(fell, Truth.ESTABLISHED, false, "the branch is silent");
        concentrator.set(fell, Truth.CARRYING, false, "no security association");
        assertThat(customer.delete("/v1/tunnels/" + ended).status()).isEqualTo(202);
        concentrator.apply();
        assertThat(customer.delete("/v1/tunnels/" + ending).status()).isEqualTo(202);

        assertThat(silent.desired().tunnels()).hasSize(1);
        assertThat(metrics())
                .contains(
                        metric("ordered", "fell", "far", fell, 1),
                        metric("loaded", "fell", "far", fell, 1),
                        metric("established", "fell", "far", fell, 0),
                        metric("carrying", "fell", "far", fell, 0),
                        metric("watched", "fell", "far", fell, 1),
                        metric("ordered", "ending", "far", ending, 0),
                        metric("loaded", "ending", "far", ending, 1),
                        metric("carrying", "ending", "far", ending, 1),
                        metric("watched", "ending", "far", ending, 1),
                        metric("ordered", "away", "hub", away, 1),
                        metric("loaded", "away", "hub", away, 0),
                        metric("established", "away", "hub", away, 0),
                        metric("carrying", "away", "hub", away, 0),
                        metric("watched", "away", "hub", away, 0))
                .noneMatch(line -> line.contains(ended.toString()));
    }

    private UUID configured(String branch, String network) {
        JsonNode order = customer.order(branch, network);
        customer.await(order, OrderState.CONFIGURED);
        return tunnelOf(order);
    }

    private UUID live(String branch, String network) {
        UUID tunnel = configured(branch, network);
        concentrator.apply();
        concentrator.dialIn(tunnel);
        return tunnel;
    }

    private Instant since(UUID tunnel, String truth) {
        return Instant.parse(
                customer.tunnel(tunnel).at("/truths/%s/since".formatted(truth)).textValue());
    }

    private JsonNode availability(UUID tunnel) {
        Instant now = clock.instant();
        return customer.get(
                        "/v1/tunnels/%s/availability?from=%s&to=%s"
                                .formatted(tunnel, now.minus(Duration.ofDays(1)), now))
                .json();
    }

    private static void assertAllTimeIsAccountedFor(JsonNode figure) {
        Duration counted =
                Duration.between(
                        Instant.parse(figure.get("from").textValue()),
                        Instant.parse(figure.get("to").textValue()));
        double sum =
                figure.get("upSeconds").asDouble()
                        + figure.get("downSeconds").asDouble()
                        + figure.get("unobservedSeconds").asDouble();
        assertThat(sum).isCloseTo(counted.toNanos() / 1e9, within(0.01));
    }

    private List<String> metrics() {
        return provisioner
                .get("/metrics", provisioner.operatorToken())
                .body()
                .lines()
                .filter(line -> line.startsWith("sallyport_tunnel_"))
                .toList();
    }

    private static String metric(
            String name, String branch, String concentrator, UUID tunnel, int value) {
        return "sallyport_tunnel_%s{branch=\"%s\",concentrator=\"%s\",customer=\"customer\",tunnel=\"%s\"} %d.0"
                .formatted(name, branch, concentrator, tunnel, value);
    }
}
