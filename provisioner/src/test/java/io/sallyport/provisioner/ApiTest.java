package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;

class ApiTest {
    private static RunningProvisioner provisioner;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @Test
    void answersWithoutATokenOnItsHealth() {
        var answer = provisioner.get("/health", null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("status").textValue()).isEqualTo("UP");
    }

    @Test
    void saysThatThereIsNothingAtAPath() {
        var answer = provisioner.get("/nope", null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(404);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }
}
