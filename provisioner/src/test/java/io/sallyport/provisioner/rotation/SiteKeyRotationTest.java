package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

class SiteKeyRotationTest {
    @TempDir Path data;
    private final TestClock clock = new TestClock();
    private RunningProvisioner provisioner;
    private FakeConcentrator concentrator;
    private Rows rows;
    private UUID tunnel;

    @BeforeEach
    void oneLiveTunnel() throws IOException {
        provisioner = RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock);
        rows = new Rows(provisioner);
        concentrator = FakeConcentrator.register(provisioner);
        OrderClient customer = new OrderClient(provisioner);
        JsonNode order = customer.order("branch", "10.1.1.0/24");
        customer.awaitState(order, "CONFIGURED");
        tunnel = OrderClient.tunnelOf(order);
        concentrator.apply();
        concentrator.dialIn(tunnel);
    }

    @AfterEach
    void stop() throws IOException {
        provisioner.close();
    }

    @Test
    void theBranchIsAskedAndItsSaHasToBeAuthenticatedWithTheNewCertificate() {
        UUID id = begin();
        awaitDetail(id, "asked to renew");
        assertThat(wishes()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnel, 0);
        clock.advance(Duration.ofSeconds(4));
        concentrator.report();
        // With the former certificate: that does not count.
        assertThat(show(id).get("state").textValue()).isEqualTo("RUNNING");

        renewed();
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnel, 1);
        clock.advance(Duration.ofSeconds(4));
        concentrator.report();
        JsonNode done =
                Awaited.until(() -> show(id), it -> it.get("state").textValue().equals("DONE"));
        assertThat(done.get("lostPackets").asLong()).isEqualTo(1);
    }

    @Test
    void anAbortTakesTheWishBackAndLeavesTheTunnelUp() {
        UUID id = begin();
        awaitDetail(id, "asked to renew");
        provisioner.post("/v1/rotations/%s/abort".formatted(id), provisioner.operatorToken(), "");
        Awaited.until(() -> show(id), it -> it.get("state").textValue().equals("ABORTED"));
        assertThat(wishes()).isZero();
        assertThat(concentrator.desired().tunnels()).hasSize(1);
    }

    private UUID begin() {
        var answer =
                provisioner.post(
                        "/v1/rotations", provisioner.operatorToken(), "{\"kind\": \"SITE_KEY\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return UUID.fromString(answer.json().get("id").textValue());
    }

    private JsonNode show(UUID id) {
        return provisioner.get("/v1/rotations/" + id, provisioner.operatorToken()).json();
    }

    private void awaitDetail(UUID id, String detail) {
        Awaited.until(
                () -> show(id),
                it -> it.at("/waves/0/targets/0/detail").textValue().equals(detail));
    }

    private int wishes() {
        return rows.count("tunnel_renewal_wish");
    }

    /** As if it had asked over EST; whose certificate it is does not matter here. */
    private void renewed() {
        rows.change(
                "UPDATE tunnel SET certificate = (SELECT ike_certificate FROM concentrator) WHERE"
                        + " id = ?",
                tunnel);
    }
}
