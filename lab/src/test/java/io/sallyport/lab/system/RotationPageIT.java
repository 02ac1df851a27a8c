package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.product.CommandLineUser;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Follows docs/operations/rotation.md word for word, with a live branch and a gateway. */
@ExtendWith(DeploymentExtension.class)
class RotationPageIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final Deployment deployment;
    private final ProvisionerApi operator;
    private final ProvisionerApi customer;
    private final BranchHost branch;
    private final CommandLineUser user;
    private final Map<String, String> environment = new HashMap<>();

    RotationPageIT(Deployment deployment) {
        this.deployment = deployment;
        this.operator = deployment.provisioner().operator();
        this.customer = deployment.provisioner().customer();
        this.branch = deployment.lab().branch(1).gateway();
        this.user = CommandLineUser.in(deployment.lab());
    }

    @Test
    void everyKeyIsChangedAsThePageSays() throws IOException {
        ProvisionerProcess provisioner = deployment.provisioner();
        deployment.gateway();
        String tunnel = deployment.bringUp(branch, "paged");
        JsonNode before = customer.awaitCarrying(tunnel, DEADLINE);
        Files.copy(provisioner.rootCertificate(), user.home().resolve("root.pem"));
        Files.writeString(user.home().resolve("operator.token"), provisioner.operatorToken());
        environment.put("API", provisioner.apiUrl().toString());
        environment.put("TUNNEL", tunnel);
        environment.put("SERIAL", before.at("/certificate/serialNumber").asText());
        environment.put(
                "IDENTITY",
                operator.get("/v1/certificates/" + environment.get("SERIAL"))
                        .expect(200)
                        .json()
                        .path("identity")
                        .asText());

        Map<String, StringBuilder> said = new HashMap<>();
        for (OperationsPage.Block block : OperationsPage.read("rotation.md", 10).all()) {
            if (block.kind().equals("branch")) {
                environment.put("ROTATION", awaitAsked());
                branch.shell(DEADLINE, block.lines());
            } else if (block.kind().equals("stop")) {
                user.typeIntoShell(DEADLINE, environment, "sallyport rotate start site-key --yes");
                environment.put("ROTATION", awaitAsked());
                user.typeIntoShell(DEADLINE, environment, block.lines());
                assertThat(state(environment.get("ROTATION"))).isIn("STOPPED", "ABORTED");
            } else {
                said.computeIfAbsent(block.kind(), _ -> new StringBuilder())
                        .append(user.typeIntoShell(DEADLINE, environment, block.lines()));
            }
        }

        assertThat(said.get("").toString())
                .contains("PLANNED", "CONCENTRATOR_KEY", "GATEWAY_KEY", "SITE_KEY", "DONE");
        JsonNode after = customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(after.at("/certificate/serialNumber").asText())
                .isNotEqualTo(environment.get("SERIAL"));
        assertThat(
                        operator.get("/v1/certificates/" + environment.get("SERIAL"))
                                .expect(200)
                                .json()
                                .path("state")
                                .asText())
                .isEqualTo("REVOKED");
    }

    /** The id of the newest rotation, as soon as a branch is asked. */
    private String awaitAsked() {
        return Polling.until(
                        DEADLINE,
                        "a branch is asked",
                        () -> operator.get("/v1/rotations").expect(200).json().at("/rotations/0"),
                        it -> it.at("/waves/0/targets/0/state").asText().equals("RUNNING"))
                .path("id")
                .asText();
    }

    private String state(String rotation) {
        return operator.get("/v1/rotations/" + rotation).expect(200).json().path("state").asText();
    }
}
