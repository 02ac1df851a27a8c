package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.database.TestDatabase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

class DatabaseAwayTest {
    @Test
    void answersThatItIsAwayWithoutSayingHow(@TempDir Path data) throws IOException {
        try (var database = TestDatabase.start();
                var provisioner =
                        RunningProvisioner.start(
                                data, database.settings(), Map.of(), Provisioner.clock())) {
            database.end();
            Answer health = provisioner.get("/health", null);
            assertThat(health.status()).as(health.body()).isEqualTo(503);
            assertThat(health.header("content-type")).isEqualTo("application/problem+json");
            assertThat(health.json().get("type").textValue()).isEqualTo("/problems/unavailable");
            assertThat(health.body()).doesNotContain("jdbc", "127.0.0.1", "Hikari");
            assertThat(provisioner.get("/v1/concentrators", provisioner.operatorToken()).status())
                    .isEqualTo(503);
        }
    }
}
