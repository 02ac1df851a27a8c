package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/**
 * An order is stopped at a step by a lock that the test holds; then every connection of the
 * provisioner is cut, as PostgreSQL sees it when a process is killed, and another provisioner
 * starts on the same database.
 */
class OrderSurvivesKillTest {
    private final CutDatabase database = new CutDatabase();

    @TempDir private Path data;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOCK TABLE certificate IN SHARE MODE",
                "LOCK TABLE branch_key IN SHARE MODE",
                "SELECT FROM concentrator FOR NO KEY UPDATE"
            })
    void orderIsFinishedOnce(String lock) throws Exception {
        RunningProvisioner killed = start();
        FakeConcentrator concentrator = FakeConcentrator.register(killed);
        String token = killed.customerToken();
        JsonNode order;
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(lock);
            order = new OrderClient(killed, token).order("lyon", "10.1.1.0/24");
            database.awaitBlocked();
            database.kill(killed);
            connection.rollback();
        }

        try (RunningProvisioner second = start()) {
            concentrator.follow(second);
            OrderClient customer = new OrderClient(second, token);
            customer.awaitState(order, "CONFIGURED");
            concentrator.apply();
            concentrator.dialIn(OrderClient.tunnelOf(order));
            customer.awaitState(order, "LIVE");
            assertEverythingOnce(new Rows(second), concentrator);
        }
    }

    // A request is verified before it is stored, so only the database itself can bring this about.
    @Test
    void orderThatCanNeverBeFinishedIsUndone() throws Exception {
        RunningProvisioner killed = start();
        FakeConcentrator.register(killed);
        String token = killed.customerToken();
        JsonNode order;
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE certificate IN SHARE MODE");
            order = new OrderClient(killed, token).order("lyon", "10.1.1.0/24");
            database.awaitBlocked();
            database.kill(killed);
            statement.execute("UPDATE branch_order SET certificate_request = 'no request'");
            connection.commit();
        }

        try (RunningProvisioner second = start()) {
            OrderClient customer = new OrderClient(second, token);
            JsonNode failed = customer.awaitState(order, "FAILED");
            assertThat(failed.at("/steps/2/outcome").textValue()).isEqualTo("FAILED");
            assertThat(failed.at("/steps/2/detail").textValue()).contains("PKCS#10");
            assertThat(customer.tunnel(OrderClient.tunnelOf(order)).get("state").textValue())
                    .isEqualTo("ENDED");
            assertThat(new Rows(second).count("certificate WHERE profile = 'branch'")).isZero();
            customer.awaitState(customer.order("lyon", "10.1.1.0/24"), "CONFIGURED");
        }
    }

    @Test
    void orderThatWaitsForItsConcentratorOrBranchGoesOn() throws Exception {
        RunningProvisioner killed = start();
        FakeConcentrator concentrator = FakeConcentrator.register(killed);
        String token = killed.customerToken();
        JsonNode order = new OrderClient(killed, token).order("lyon", "10.1.1.0/24");
        UUID tunnel = OrderClient.tunnelOf(order);
        new OrderClient(killed, token).awaitState(order, "CONFIGURED");
        database.kill(killed);

        RunningProvisioner second = start();
        concentrator.follow(second);
        concentrator.apply();
        new OrderClient(second, token).awaitState(order, "READY");
        database.kill(second);

        RunningProvisioner third = start();
        concentrator.follow(third);
        concentrator.dialIn(tunnel);
        new OrderClient(third, token).awaitState(order, "LIVE");
        assertEverythingOnce(new Rows(third), concentrator);
        new OrderClient(third, token).delete("/v1/tunnels/" + tunnel);
        database.kill(third);

        try (RunningProvisioner fourth = start()) {
            concentrator.follow(fourth);
            concentrator.apply();
            assertThat(new OrderClient(fourth, token).tunnel(tunnel).get("state").textValue())
                    .isEqualTo("ENDED");
        }
    }

    private static void assertEverythingOnce(Rows rows, FakeConcentrator concentrator) {
        assertThat(rows.count("branch_order")).isOne();
        assertThat(rows.count("tunnel")).isOne();
        assertThat(rows.count("certificate WHERE profile = 'branch'")).isOne();
        assertThat(rows.count("branch_key")).isOne();
        assertThat(rows.count("order_step WHERE outcome = 'DONE'")).isEqualTo(7);
        assertThat(rows.count("order_step")).isEqualTo(7);
        assertThat(concentrator.desired().tunnels()).hasSize(1);
    }

    private RunningProvisioner start() throws IOException {
        return RunningProvisioner.start(data, database.settings(), Map.of(), Provisioner.clock());
    }
}
