package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.ApiAnswer;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The provisioner's database hangs: the API says so, and tunnels do not notice. */
@ExtendWith(DeploymentExtension.class)
class DatabaseHangsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** provisioner/README.md. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    private final Deployment deployment;
    private final Lab lab;
    private final BranchHost branch;
    private final ProvisionerApi customer;

    DatabaseHangsIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1).gateway();
        this.customer = deployment.provisioner().customer();
    }

    @Test
    void apiSaysSoTunnelsStayAndNoObservationIsLost() throws Exception {
        String tunnel = deployment.bringUp(branch, "hanging");
        JsonNode carrying = customer.awaitCarrying(tunnel, DEADLINE);
        String established = lab.concentrator().ikeSaId(tunnel);
        Instant from = Instant.parse(carrying.at("/truths/carrying/since").asText()).plusSeconds(1);

        Instant to;
        stopped("-STOP");
        try {
            long asked = System.nanoTime();
            ApiAnswer answer = customer.get("/v1/tunnels/" + tunnel).expect(503);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(ANSWERED_WITHIN);
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValue("application/problem+json");
            assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 5).allReceived())
                    .isTrue();
            to = Instant.now();
        } finally {
            stopped("-CONT");
        }

        Polling.until(
                DEADLINE,
                "the API answers again",
                () -> customer.get("/v1/tunnels/" + tunnel),
                again -> again.status() == 200);
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(lab.concentrator().ikeSaId(tunnel)).isEqualTo(established).isNotEmpty();
        // Reports that could not be delivered come when they can.
        JsonNode availability =
                Polling.until(
                        DEADLINE,
                        "all is observed",
                        () -> customer.availability(tunnel, from, to),
                        found -> found.path("unobservedSeconds").asLong() == 0);
        assertThat(availability.path("downSeconds").asLong()).isZero();
        assertThat(availability.path("upSeconds").asLong())
                .isBetween(1L, Duration.between(from, to).toSeconds() + 1);
    }

    /** Stops all of PostgreSQL, or lets it go on. */
    private void stopped(String signal) throws IOException, InterruptedException {
        Path data = deployment.provisioner().data();
        String pid = Files.readAllLines(data.resolve("postgresql/postmaster.pid")).getFirst();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        // The postmaster first: then no further process appears.
        signal(signal, List.of(postmaster));
        signal(signal, postmaster.children().toList());
    }

    private static void signal(String signal, List<ProcessHandle> processes)
            throws IOException, InterruptedException {
        for (ProcessHandle process : processes) {
            int status =
                    new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                            .inheritIO()
                            .start()
                            .waitFor();
            // A backend may have ended since the list was made.
            assertThat(status == 0 || !process.isAlive()).as("%s %s", signal, process).isTrue();
        }
    }
}
