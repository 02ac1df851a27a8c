package io.sallyport.lab.system;

import static io.sallyport.lab.product.ProvisionerApi.holds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/** From the order to the end of a tunnel, on both sides' real daemons. */
@ExtendWith(DeploymentExtension.class)
class TunnelLifeIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Lab lab;
    private final BranchHost branch;

    TunnelLifeIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1).gateway();
    }

    @Test
    void orderedTunnelCarriesTrafficAndEndsWithoutTrace() {
        ProvisionerApi customer = deployment.provisioner().customer();
        String tunnel = deployment.bringUp(branch, "life");
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .isTrue();
        assertThat(lab.concentratorLan().ping(lab.branch(1).lan().address(), 3).allReceived())
                .isTrue();
        assertThat(customer.deviceConfiguration(tunnel).withKey()).isFalse();

        customer.delete("/v1/tunnels/" + tunnel).expect(202);
        JsonNode ended =
                customer.awaitTunnel(
                        tunnel, DEADLINE, found -> found.path("state").asText().equals("ENDED"));
        assertThat(holds(ended, "ordered")).isEqualTo("NO");
        lab.concentrator().awaitNoSas(DEADLINE);
        assertThat(lab.concentrator().swanctl("--list-conns")).doesNotContain(tunnel);
        assertThat(lab.concentrator().shell(DEADLINE, "ip route show type blackhole"))
                .doesNotContain(branch.protectedNetwork());

        branch.restartCharon();
        branch.swanctl("--load-all", "--noprompt");
        assertThat(
                        branch.tryRun(
                                        DEADLINE,
                                        "swanctl",
                                        "--initiate",
                                        "--child",
                                        "lan",
                                        "--timeout",
                                        "15")
                                .succeeded())
                .isFalse();
        assertThat(lab.concentrator().establishedIkeSas()).isZero();
        branch.reset();
    }

    @Test
    void secondBranchDoesNotDisturbTheFirst() {
        ProvisionerApi customer = deployment.provisioner().customer();
        String first = deployment.bringUp(branch, "first");
        customer.awaitCarrying(first, DEADLINE);
        String established = lab.concentrator().ikeSaId(first);
        assertThat(established).isNotEmpty();

        BranchHost other = lab.branch(2).gateway();
        String second = deployment.bringUp(other, "second");
        customer.awaitCarrying(second, DEADLINE);
        assertThat(lab.branch(2).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .isTrue();
        deployment.takeDown(second, other);

        assertThat(lab.concentrator().ikeSaId(first)).isEqualTo(established);
        assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .isTrue();
    }
}
