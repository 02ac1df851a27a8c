package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.database.TestDatabase;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The database does not end, it hangs: connections stay open, new ones are even accepted by the
 * kernel, and nobody answers.
 */
class DatabaseHangsTest {
    /** What operations may rely on: see provisioner/README.md. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    private static final String KEY = "while-it-hangs";

    private TestDatabase database;
    private RunningProvisioner provisioner;
    private FakeConcentrator concentrator;
    private OrderClient customer;

    @BeforeEach
    void start(@TempDir Path data) throws IOException {
        database = TestDatabase.start();
        provisioner =
                RunningProvisioner.start(data, database.settings(), Map.of(), Provisioner.clock());
        concentrator = FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterEach
    void end() throws IOException {
        provisioner.close();
        database.close();
    }

    @Test
    void everybodyIsToldInTimeAndNothingIsLostWhenItGoesOn() throws Exception {
        JsonNode accepted = customer.order("lyon", "10.1.1.0/24");
        String body =
                """
                {"branch": "nice", "protectedNetworks": ["10.1.2.0/24"],
                 "deviceFamily": "strongswan", "generateKey": true}
                """;
        database.stop();
        try {
            // At once, and on connections that were in use a moment ago.
            List<CompletableFuture<Answer>> asked =
                    Stream.<Supplier<Answer>>of(
                                    () -> provisioner.get("/health", null),
                                    () -> customer.get("/v1/tunnels"),
                                    () -> customer.post(KEY, body),
                                    () -> customer.get("/v1/orders/" + id(accepted)))
                            .map(CompletableFuture::supplyAsync)
                            .toList();
            for (CompletableFuture<Answer> one : asked) {
                assertUnavailable(one.get(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
            }
            // And who comes later, when the pool has nothing but broken connections.
            assertUnavailable(
                    CompletableFuture.supplyAsync(() -> customer.get("/v1/tunnels"))
                            .get(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
        } finally {
            database.goOn();
        }

        customer.awaitAnswer("/v1/tunnels", 200);
        customer.awaitState(accepted, "CONFIGURED");
        // It may have been accepted although nobody could be told: the key makes that harmless.
        Answer answer = customer.post(KEY, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        JsonNode repeated = answer.json();
        customer.awaitState(repeated, "CONFIGURED");
        concentrator.apply();
        customer.awaitState(accepted, "READY");
        customer.awaitState(repeated, "READY");
        Rows rows = new Rows(provisioner);
        assertThat(rows.count("branch_order")).isEqualTo(2);
        assertThat(rows.count("certificate WHERE profile = 'branch'")).isEqualTo(2);
        assertThat(rows.count("branch_key")).isEqualTo(2);
    }

    private static String id(JsonNode order) {
        return order.get("id").textValue();
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("type").textValue()).isEqualTo("/problems/unavailable");
    }
}
