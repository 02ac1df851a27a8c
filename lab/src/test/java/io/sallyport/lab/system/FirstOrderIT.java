package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.CommandLineUser;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Follows "A first order in five minutes" in README.md word for word. */
@ExtendWith(DeploymentExtension.class)
class FirstOrderIT {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final Deployment deployment;
    private final BranchHost branch;

    FirstOrderIT(Deployment deployment) {
        this.deployment = deployment;
        this.branch = deployment.lab().branch(1).gateway();
    }

    @Test
    void linesOfTheReadmeBringATunnelUpAndEndIt() throws IOException {
        ProvisionerProcess provisioner = deployment.provisioner();
        CommandLineUser user = CommandLineUser.in(deployment.lab());
        // The provisioner's own file is gone when it was started twice.
        Path tokens = user.home().resolve("tokens.json");
        Files.writeString(tokens, "{\"customer\":\"%s\"}".formatted(provisioner.customerToken()));
        Map<String, String> printed =
                Map.of(
                        "API", provisioner.apiUrl().toString(),
                        "CA", provisioner.rootCertificate().toString(),
                        "TOKENS", tokens.toString(),
                        "BRANCH", branch.commandPrefix());
        OperationsPage page = OperationsPage.read(Lab.repository().resolve("README.md"), 4);
        branch.reset();
        branch.startCharon();

        assertThat(typed(user, printed, page, "order")).contains("lyon", "READY");
        ProvisionerApi customer = provisioner.customer();
        String tunnel = tunnelOf("lyon", customer);
        deployment.adopt(tunnel, branch);
        typed(user, printed, page, "branch");
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(typed(user, printed, page, "look")).contains(tunnel, "carrying");
        typed(user, printed, page, "end");
        assertThat(customer.get("/v1/tunnels/" + tunnel).expect(200).json().path("state").asText())
                .isEqualTo("ENDED");
    }

    /** Those that other tests ended are listed too. */
    private static String tunnelOf(String branch, ProvisionerApi customer) {
        for (JsonNode each : customer.get("/v1/tunnels").expect(200).json().path("tunnels")) {
            if (each.path("branch").asText().equals(branch)
                    && !each.path("state").asText().equals("ENDED")) {
                return each.path("id").asText();
            }
        }
        throw new AssertionError("no tunnel of " + branch);
    }

    private static String typed(
            CommandLineUser user, Map<String, String> printed, OperationsPage page, String kind) {
        return user.typeIntoShell(DEADLINE, printed, page.blocks(kind).getFirst());
    }
}
