package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/**
 * charon itself refuses a revoked certificate. To see that, its connection has to be loaded: a
 * branch is cancelled and ordered anew under its name, and the device of the first order comes
 * back.
 */
@ExtendWith(DeploymentExtension.class)
class RevokedBranchIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Lab lab;
    private final BranchHost branch;
    private final ProvisionerApi customer;

    RevokedBranchIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1).gateway();
        this.customer = deployment.provisioner().customer();
    }

    @Test
    void revokedCertificateIsRefusedThoughItsIdentityHasAConnection() {
        String cancelled = deployment.bringUp(branch, "returned");
        customer.awaitCarrying(cancelled, DEADLINE);
        customer.delete("/v1/tunnels/" + cancelled).expect(202);
        customer.awaitTunnel(
                cancelled, DEADLINE, found -> found.path("state").asText().equals("ENDED"));
        // Without a charon it cannot dial in before the new connection is there.
        branch.charon().kill();
        JsonNode order = deployment.order(branch, "returned");
        String present = order.path("tunnel").asText();
        customer.awaitOrder(order.path("id").asText(), DEADLINE);
        assertThat(lab.concentrator().swanctl("--list-conns")).contains("tunnel-" + present);

        int concentratorSaid = lab.concentrator().charonLog().length();
        int branchSaid = branch.charonLog().length();
        branch.startCharon();
        branch.swanctl("--load-all", "--noprompt");
        branch.await(
                DEADLINE,
                "tail -c +%d /var/log/charon-daemon.log | grep -q 'AUTHENTICATION_FAILED'"
                        .formatted(branchSaid + 1));
        assertThat(lab.concentrator().charonLog().substring(concentratorSaid))
                .contains("selected peer config 'tunnel-" + present)
                .containsPattern("certificate was revoked on .*, reason: cessation of operation");
        assertThat(lab.concentrator().establishedIkeSas()).isZero();

        // It was the certificate: with the new one the same connection comes up.
        branch.reset();
        branch.apply(customer.deviceConfiguration(present).files());
        customer.awaitCarrying(present, DEADLINE);
    }
}
