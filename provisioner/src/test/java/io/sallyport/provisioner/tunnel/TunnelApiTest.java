package io.sallyport.provisioner.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.UUID;

/** One live tunnel of one customer, and another customer beside it. */
class TunnelApiTest {
    private static final String PERIOD = "?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z";

    private static RunningProvisioner provisioner;
    private static OrderClient owner;
    private static OrderClient other;
    private static JsonNode order;
    private static UUID tunnel;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        FakeConcentrator concentrator = FakeConcentrator.register(provisioner);
        owner = new OrderClient(provisioner);
        other = new OrderClient(provisioner, tokenOfAnotherCustomer());
        order = owner.order("lyon", "10.1.1.0/24");
        tunnel = OrderClient.tunnelOf(order);
        owner.awaitState(order, "CONFIGURED");
        concentrator.apply();
        concentrator.dialIn(tunnel);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/device-configuration", "/availability" + PERIOD})
    void tunnelOfAnotherCustomerDoesNotExist(String path) {
        Answer answer = other.get("/v1/tunnels/" + tunnel + path);

        assertThat(answer.status()).as(answer.body()).isEqualTo(404);
        assertThat(answer.json().get("type").textValue()).isEqualTo("/problems/not-found");
        assertThat(new Rows(provisioner).count("branch_key")).isOne();
    }

    @Test
    void orderOfAnotherCustomerDoesNotExist() {
        String path = "/v1/orders/" + order.get("id").textValue();

        assertThat(other.get(path).status()).isEqualTo(404);
        assertThat(owner.get(path).status()).isEqualTo(200);
    }

    @Test
    void tunnelOfAnotherCustomerIsNotEnded() {
        assertThat(other.delete("/v1/tunnels/" + tunnel).status()).isEqualTo(404);
        assertThat(owner.tunnel(tunnel).get("state").textValue()).isEqualTo("ACTIVE");
    }

    @Test
    void tunnelsOfAnotherCustomerAreNotListed() {
        assertThat(other.get("/v1/tunnels").json().get("tunnels")).isEmpty();
        assertThat(owner.get("/v1/tunnels").json().get("tunnels")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2027-02-05T00:00:01Z, to",
        "2026-01-01T00:00:00Z, 2025-12-31T00:00:00Z, to",
        "1969-12-31T23:59:59Z, 1970-01-02T00:00:00Z, from",
        "-999999999-01-01T00:00:00Z, 2026-01-01T00:00:00Z, from",
        "9999-12-31T00:00:00Z, %2B10000-01-01T00:00:00Z, to",
        "2026-01-01T00:00:00Z, %2B999999999-12-31T23:59:59.999999999-18:00, to",
        "yesterday, 2026-01-01T00:00:00Z, from",
    })
    void refusesAPeriodThatNobodyNeeds(String from, String to, String field) {
        Answer answer =
                owner.get("/v1/tunnels/%s/availability?from=%s&to=%s".formatted(tunnel, from, to));

        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 1971-02-05T00:00:00Z",
        "9999-01-01T00:00:00Z, 9999-12-31T23:59:59Z",
    })
    void periodWithoutTheTunnelHasNoFigure(String from, String to) {
        Answer answer =
                owner.get("/v1/tunnels/%s/availability?from=%s&to=%s".formatted(tunnel, from, to));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("availability").isTextual()).isFalse();
    }

    private static String tokenOfAnotherCustomer() {
        Rows rows = new Rows(provisioner);
        UUID customer = UUID.randomUUID();
        BearerSecret token = BearerSecret.random(new SecureRandom());
        rows.change(
                "INSERT INTO customer (id, name, created_at) VALUES (?, 'other', now())", customer);
        rows.change(
                """
                INSERT INTO access_token (id, hash, role, customer, created_at)
                VALUES (?, ?, 'CUSTOMER', ?, now())
                """,
                UUID.randomUUID(),
                token.hash(),
                customer);
        return token.reveal();
    }
}
