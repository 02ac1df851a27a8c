package io.sallyport.provisioner.order;

import static io.sallyport.provisioner.order.OrderClient.tunnelOf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

class OrderLifeTest {
    private static RunningProvisioner provisioner;
    private static FakeConcentrator concentrator;
    private static OrderClient customer;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        concentrator = FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @Test
    void orderBecomesALiveTunnelStepByStep() {
        JsonNode order = customer.order("lyon", "10.1.1.0/24");
        UUID tunnel = tunnelOf(order);
        assertThat(order.get("state").textValue()).isEqualTo("ACCEPTED");

        customer.await(order, OrderState.CONFIGURED);
        assertThat(steps(order))
                .containsExactly(
                        "validate DONE",
                        "allocate DONE",
                        "credential DONE",
                        "configure DONE",
                        "load RUNNING");
        assertEveryStepHasItsTime(order(order));
        assertThat(concentrator.desired().tunnels())
                .filteredOn(desired -> desired.id().equals(tunnel))
                .singleElement()
                .satisfies(
                        desired -> {
                            assertThat(desired.remoteIdentity())
                                    .hasToString("lyon.customer.sallyport.internal");
                            assertThat(desired.remoteNetworks())
                                    .extracting(Object::toString)
                                    .containsExactly("10.1.1.0/24", desired.probeAddress() + "/32");
                        });
        assertThat(customer.get(configurationOf(tunnel)).status()).isEqualTo(409);
        // A report of before: it does not have the tunnel yet, which is no reason for anything.
        concentrator.report();
        assertThat(customer.tunnel(tunnel).at("/truths/loaded/cause").textValue())
                .isEqualTo("ordered just now");

        concentrator.apply();
        assertThat(state(order)).isEqualTo("READY");
        assertThat(steps(order)).contains("load DONE", "hand-over DONE", "go-live RUNNING");

        concentrator.dialIn(tunnel);
        assertThat(state(order)).isEqualTo("LIVE");
        assertThat(steps(order)).hasSize(7).allMatch(step -> step.endsWith(" DONE"));
        assertEveryStepHasItsTime(order(order));
        JsonNode live = customer.tunnel(tunnel);
        for (String truth : List.of("ordered", "loaded", "established", "carrying")) {
            assertThat(live.at("/truths/%s/holds".formatted(truth)).textValue()).isEqualTo("YES");
        }
        assertThat(live.at("/truths/carrying/cause").textValue()).isEqualTo("a probe came back");
        assertThat(live.at("/securityAssociation/ikeAlgorithms").textValue())
                .isEqualTo("AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_256");
    }

    @Test
    void keyMadeHereIsHandedOutOnceAndFitsTheCertificate() throws Exception {
        JsonNode order = customer.order("oslo", "10.1.2.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);
        concentrator.apply();

        var answer = customer.get(configurationOf(tunnel));
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        JsonNode first = answer.json();
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = first.at("/pkcs12/password").textValue().toCharArray();
        store.load(
                new ByteArrayInputStream(
                        Base64.getDecoder().decode(first.at("/pkcs12/base64").textValue())),
                password);
        assertThat(store.getKey("sallyport", password)).isNotNull();
        assertThat(
                        ((X509Certificate) store.getCertificate("sallyport"))
                                .getSubjectAlternativeNames())
                .extracting(name -> name.get(1))
                .asString()
                .contains("oslo.customer.sallyport.internal");
        assertThat(first.findValuesAsText("path"))
                .contains(
                        "/etc/swanctl/pkcs12/sallyport.p12", first.get("setupScript").textValue());

        JsonNode second = customer.get(configurationOf(tunnel)).json();
        assertThat(second.has("pkcs12")).isFalse();
        assertThat(second.findValuesAsText("path")).noneMatch(path -> path.contains("pkcs12"));
        assertThat(new Rows(provisioner).count("branch_key WHERE tunnel = '%s'".formatted(tunnel)))
                .isZero();
    }

    @Test
    void deviceIsPreparedWhileItsConcentratorStillLoads() {
        JsonNode order = customer.order("pisa", "10.1.21.0/24");
        String path = configurationOf(tunnelOf(order));

        var early = customer.get(path + "?early=true", "wait=30");

        assertThat(early.status()).isEqualTo(200);
        assertThat(early.header("Preference-Applied")).isEqualTo("wait=30");
        assertThat(early.json().has("pkcs12")).isTrue();
        assertThat(state(order)).isEqualTo("CONFIGURED");
        assertThat(customer.get(path).status()).isEqualTo(409);
        assertThat(customer.get(path, "wait=0").status()).isEqualTo(409);

        concentrator.apply();
        assertThat(state(order)).isEqualTo("READY");
        assertThat(customer.get(path).json().has("pkcs12")).isFalse();
    }

    @Test
    void deviceConfigurationIsWaitedFor() throws Exception {
        JsonNode order = customer.order("turin", "10.1.22.0/24");
        customer.await(order, OrderState.CONFIGURED);
        CompletableFuture<Boolean> withKey =
                CompletableFuture.supplyAsync(
                        () ->
                                customer.get(configurationOf(tunnelOf(order)), "wait=30")
                                        .json()
                                        .has("pkcs12"));

        concentrator.apply();

        assertThat(withKey.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitForADeviceConfigurationEndsWithTheTunnel() throws Exception {
        JsonNode order = customer.order("riga", "10.1.23.0/24");
        customer.await(order, OrderState.CONFIGURED);
        String path = configurationOf(tunnelOf(order));
        CompletableFuture<Integer> status =
                CompletableFuture.supplyAsync(() -> customer.get(path, "wait=30").status());

        customer.delete("/v1/tunnels/" + tunnelOf(order));

        assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(409);
    }

    @Test
    void keyIsNotHandedOutToARequestWithoutAnAnswer() {
        JsonNode order = customer.order("head", "10.1.11.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);
        concentrator.apply();

        var answer =
                provisioner.send(
                        provisioner
                                .request(configurationOf(tunnel), provisioner.customerToken())
                                .HEAD());

        assertThat(answer.status()).isEqualTo(405);
        assertThat(new Rows(provisioner).count("branch_key WHERE tunnel = '%s'".formatted(tunnel)))
                .isOne();
        assertThat(customer.get(configurationOf(tunnel)).json().has("pkcs12")).isTrue();
    }

    @Test
    void tunnelThatItsConcentratorDoesNotHaveIsDown() throws IOException {
        try (RunningProvisioner other = RunningProvisioner.start()) {
            FakeConcentrator emptied = FakeConcentrator.register(other);
            OrderClient client = new OrderClient(other);
            JsonNode order = client.order("lyon", "10.1.1.0/24");
            UUID tunnel = tunnelOf(order);
            client.await(order, OrderState.CONFIGURED);
            emptied.apply();
            emptied.dialIn(tunnel);

            emptied.sendWithoutTunnels();

            JsonNode seen = client.tunnel(tunnel);
            for (String truth : List.of("loaded", "established", "carrying")) {
                assertThat(seen.at("/truths/%s/holds".formatted(truth)).textValue())
                        .isEqualTo("NO");
                assertThat(seen.at("/truths/%s/cause".formatted(truth)).textValue())
                        .isEqualTo("its concentrator does not have it");
            }
            assertThat(seen.path("securityAssociation").isObject()).isFalse();

            emptied.report();
            assertThat(client.tunnel(tunnel).at("/truths/carrying/holds").textValue())
                    .isEqualTo("YES");
        }
    }

    @Test
    void cancelledTunnelIsGoneWhenItsConcentratorSaysSo() {
        JsonNode order = customer.order("rome", "10.1.3.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);
        concentrator.apply();
        concentrator.dialIn(tunnel);
        long crl = crlNumber();

        assertThat(customer.delete("/v1/tunnels/" + tunnel).status()).isEqualTo(202);

        assertThat(customer.tunnel(tunnel).get("state").textValue()).isEqualTo("ENDING");
        assertThat(concentrator.desired().tunnels())
                .noneMatch(desired -> desired.id().equals(tunnel));
        assertThat(crlNumber()).isGreaterThan(crl);
        // A report that does not know the new version yet ends nothing.
        concentrator.report();
        assertThat(customer.tunnel(tunnel).get("state").textValue()).isEqualTo("ENDING");
        assertThat(customer.post(null, "{}").status()).isEqualTo(422);
        assertThat(
                        customer.post("again", OrderClient.body("rome", "10.1.3.0/24").toString())
                                .status())
                .isEqualTo(422);

        concentrator.apply();

        JsonNode ended = customer.tunnel(tunnel);
        assertThat(ended.get("state").textValue()).isEqualTo("ENDED");
        assertThat(ended.at("/truths/ordered/holds").textValue()).isEqualTo("NO");
        assertThat(customer.get(configurationOf(tunnel)).status()).isEqualTo(409);
        assertThat(customer.delete("/v1/tunnels/" + tunnel).status()).isEqualTo(202);
        customer.await(customer.order("rome", "10.1.3.0/24"), OrderState.CONFIGURED);
    }

    /** A report locks its concentrator first, an end the tunnel: neither may wait for the other. */
    @Test
    void reportThatMeetsTheEndOfItsTunnelIsStored() throws Exception {
        JsonNode order = customer.order("malmo", "10.1.24.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);
        concentrator.apply();
        Rows rows = new Rows(provisioner);
        List<CompletableFuture<Integer>> ended = new ArrayList<>();

        rows.whileLocked(
                "concentrator",
                () -> {
                    ended.add(
                            CompletableFuture.supplyAsync(
                                    () -> customer.delete("/v1/tunnels/" + tunnel).status()));
                    Awaited.until(rows::waiting, waiting -> waiting == 1);
                    concentrator.dialIn(tunnel);
                });

        assertThat(ended.getFirst().get(30, TimeUnit.SECONDS)).isEqualTo(202);
        assertThat(
                        rows.count(
                                "truth_change WHERE tunnel = '%s' AND truth = 'CARRYING' AND holds"
                                        .formatted(tunnel)))
                .isOne();
    }

    @Test
    void cancelledOrderIsNotFinished() {
        JsonNode order = customer.order("bern", "10.1.4.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);

        customer.delete("/v1/tunnels/" + tunnel);

        assertThat(state(order)).isEqualTo("FAILED");
        assertThat(steps(order)).contains("load FAILED");
        concentrator.apply();
        assertThat(customer.tunnel(tunnel).get("state").textValue()).isEqualTo("ENDED");
    }

    @Test
    void orderThatCannotBeCertifiedNowSaysSoAndIsFinishedLater() throws IOException {
        try (RunningProvisioner other = RunningProvisioner.start()) {
            FakeConcentrator.register(other);
            OrderClient client = new OrderClient(other);
            Rows rows = new Rows(other);
            rows.change("ALTER TABLE branch_key ADD CONSTRAINT broken CHECK (false)");

            String path = "/v1/orders/" + client.order("lyon", "10.1.1.0/24").get("id").textValue();
            JsonNode waiting =
                    Awaited.until(
                            () -> client.get(path).json(),
                            seen -> seen.at("/steps/2/detail").isTextual());

            assertThat(waiting.at("/steps/2/detail").textValue())
                    .startsWith("waits: ")
                    .doesNotContain("branch_key");
            rows.change("ALTER TABLE branch_key DROP CONSTRAINT broken");
            client.await(waiting, OrderState.CONFIGURED);
        }
    }

    @Test
    void refusalOfCharonIsToldInItsOwnWordsAndOvercome() {
        JsonNode order = customer.order("wien", "10.1.5.0/24");
        customer.await(order, OrderState.CONFIGURED);
        concentrator.refuse("invalid value for: proposals, config discarded");

        concentrator.apply();

        assertThat(state(order)).isEqualTo("CONFIGURED");
        assertThat(steps(order)).contains("load RUNNING");
        assertThat(order(order).get("steps").findValuesAsText("detail"))
                .contains("charon: invalid value for: proposals, config discarded");
        assertThat(customer.tunnel(tunnelOf(order)).get("problem").textValue())
                .contains("invalid value");

        concentrator.refuse(null);
        concentrator.apply();
        assertThat(state(order)).isEqualTo("READY");
    }

    @Test
    void concentratorSpeaksOnlyOfItsOwnTunnels() throws IOException {
        try (RunningProvisioner other = RunningProvisioner.start()) {
            FakeConcentrator own =
                    FakeConcentrator.register(other, "own", "10.0.0.0/24", "10.0.0.1");
            OrderClient client = new OrderClient(other);
            JsonNode order = client.order("lyon", "10.1.1.0/24");
            client.await(order, OrderState.CONFIGURED);
            FakeConcentrator stranger =
                    FakeConcentrator.register(other, "stranger", "10.9.0.0/24", "10.9.0.1");

            own.dialIn(tunnelOf(order));
            stranger.sendInNameOf(own);

            assertThat(client.await(order, OrderState.CONFIGURED).get("state").textValue())
                    .isEqualTo("CONFIGURED");
            assertThat(client.tunnel(tunnelOf(order)).at("/truths/carrying/holds").textValue())
                    .isEqualTo("NO");
        }
    }

    @Test
    void waitingEndsAtTheMomentTheOrderIsReady() throws Exception {
        JsonNode order = customer.order("graz", "10.1.6.0/24");
        customer.await(order, OrderState.CONFIGURED);
        var waiting =
                provisioner
                        .client()
                        .sendAsync(
                                provisioner
                                        .request(
                                                "/v1/orders/" + order.get("id").textValue(),
                                                provisioner.customerToken())
                                        .header("Prefer", "wait=30")
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.ofString());

        concentrator.apply();

        assertThat(waiting.get().body()).contains("\"READY\"");
        assertThat(waiting.get().headers().firstValue("Preference-Applied")).contains("wait=30");
    }

    @Test
    void availabilityFollowsFromWhatWasReported() {
        JsonNode order = customer.order("nice", "10.1.7.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);
        concentrator.apply();
        concentrator.dialIn(tunnel);
        concentrator.set(tunnel, Truth.CARRYING, false, "no probe came back");
        concentrator.report();
        concentrator.set(tunnel, Truth.CARRYING, true, "a probe came back");
        concentrator.report();
        concentrator.report();

        Instant now = provisioner.bean(Clock.class).instant();
        JsonNode figure =
                customer.get(
                                "/v1/tunnels/%s/availability?from=%s&to=%s"
                                        .formatted(
                                                tunnel,
                                                now.minus(Duration.ofDays(1)),
                                                now.plus(Duration.ofDays(1))))
                        .json();

        assertThat(figure.get("upSeconds").asDouble()).isPositive();
        assertThat(figure.get("downSeconds").asDouble()).isPositive();
        assertThat(figure.get("availability").textValue()).matches("0[.][0-9]{5}");
        assertThat(figure.get("outages")).hasSize(1);
        assertThat(figure.at("/outages/0/cause").textValue()).isEqualTo("no probe came back");
    }

    @Test
    void metricsHaveEveryOrderedTunnelAlsoThoseThatAreDown() {
        JsonNode order = customer.order("kiel", "10.1.8.0/24");
        UUID tunnel = tunnelOf(order);
        customer.await(order, OrderState.CONFIGURED);

        var answer = provisioner.get("/metrics", provisioner.operatorToken());

        assertThat(answer.header("Content-Type")).startsWith("application/openmetrics-text");
        String labels =
                "{branch=\"kiel\",concentrator=\"hub\",customer=\"customer\",tunnel=\"%s\"} "
                        .formatted(tunnel);
        assertThat(answer.body().lines())
                .contains(
                        "sallyport_tunnel_ordered" + labels + "1.0",
                        "sallyport_tunnel_loaded" + labels + "0.0",
                        "sallyport_tunnel_established" + labels + "0.0",
                        "sallyport_tunnel_carrying" + labels + "0.0",
                        "# EOF");
        assertThat(provisioner.get("/metrics", provisioner.customerToken()).status())
                .isEqualTo(403);
    }

    @Test
    void listIsPaged() {
        customer.order("brno", "10.1.9.0/24");
        customer.order("linz", "10.1.10.0/24");

        JsonNode first = customer.get("/v1/tunnels?limit=1").json();
        JsonNode second =
                customer.get("/v1/tunnels?limit=1&after=" + first.get("next").textValue()).json();

        assertThat(first.get("tunnels")).hasSize(1);
        assertThat(second.get("tunnels")).hasSize(1);
        assertThat(second.at("/tunnels/0/id")).isNotEqualTo(first.at("/tunnels/0/id"));
        assertThat(customer.get("/v1/tunnels?limit=0").status()).isEqualTo(422);
    }

    private static JsonNode order(JsonNode order) {
        return customer.get("/v1/orders/" + order.get("id").textValue()).json();
    }

    private static String state(JsonNode order) {
        return order(order).get("state").textValue();
    }

    private static List<String> steps(JsonNode order) {
        return order(order)
                .get("steps")
                .valueStream()
                .map(step -> step.get("name").textValue() + " " + step.get("outcome").textValue())
                .toList();
    }

    /** Each begins after the one before it, and has ended unless it runs. */
    private static void assertEveryStepHasItsTime(JsonNode order) {
        // It is there as soon as it was found to be in order.
        assertThat(Instant.parse(order.get("createdAt").textValue()))
                .isAfterOrEqualTo(Instant.parse(order.at("/steps/0/startedAt").textValue()));
        Instant reached = Instant.MIN;
        for (JsonNode step : order.get("steps")) {
            String name = step.get("name").textValue();
            Instant started = Instant.parse(step.get("startedAt").textValue());
            assertThat(started).as(name).isAfterOrEqualTo(reached);
            reached = started;
            if (step.get("outcome").textValue().equals("RUNNING")) {
                assertThat(step.get("finishedAt").isNull()).as(name).isTrue();
            } else {
                reached = Instant.parse(step.get("finishedAt").textValue());
                assertThat(reached).as(name).isAfterOrEqualTo(started);
            }
        }
        assertThat(reached).isBeforeOrEqualTo(provisioner.bean(Clock.class).instant());
    }

    private static String configurationOf(UUID tunnel) {
        return "/v1/tunnels/%s/device-configuration".formatted(tunnel);
    }

    private static long crlNumber() {
        return concentrator.desired().revocationLists().getFirst().number();
    }
}
