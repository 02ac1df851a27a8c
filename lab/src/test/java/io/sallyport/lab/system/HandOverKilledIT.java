package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.DeviceConfiguration;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/**
 * The provisioner is killed with -9 while it hands a device configuration out. The key in it is
 * given once at most, and the customer can always go on (ADR 24).
 */
@ExtendWith(DeploymentExtension.class)
class HandOverKilledIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final ProvisionerProcess provisioner;
    private final BranchHost branch;

    HandOverKilledIT(Deployment deployment) {
        this.deployment = deployment;
        this.provisioner = deployment.provisioner();
        this.branch = deployment.lab().branch(1).gateway();
    }

    @Test
    void keyIsStillThereWhenItsHandOverWasNotCommitted() throws Exception {
        String tunnel = ready("kept-key");
        KilledAtWrite.into("branch_key", provisioner, () -> fetch(tunnel));
        provisioner.start();

        DeviceConfiguration first = fetch(tunnel);
        assertThat(first.withKey()).isTrue();
        assertThat(fetch(tunnel).withKey()).isFalse();
        branch.apply(first.files());
        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void keyWhoseAnswerWasLostIsNotGivenAgainAndTheBranchIsOrderedAnew() throws Exception {
        String tunnel = ready("lost-key");
        KilledAtWrite.committing("DELETE", "branch_key", provisioner, () -> fetch(tunnel));
        provisioner.start();

        assertThat(fetch(tunnel).withKey()).isFalse();
        ProvisionerApi customer = provisioner.customer();
        customer.delete("/v1/tunnels/" + tunnel).expect(202);
        customer.awaitTunnel(
                tunnel, DEADLINE, found -> found.path("state").asText().equals("ENDED"));

        String next = ready("lost-key");
        DeviceConfiguration configuration = fetch(next);
        assertThat(configuration.withKey()).isTrue();
        branch.apply(configuration.files());
        customer.awaitCarrying(next, DEADLINE);
    }

    private String ready(String name) {
        JsonNode order = deployment.order(branch, name);
        provisioner.customer().awaitOrder(order.path("id").asText(), DEADLINE);
        return order.path("tunnel").asText();
    }

    private DeviceConfiguration fetch(String tunnel) {
        return provisioner.customer().deviceConfiguration(tunnel);
    }
}
