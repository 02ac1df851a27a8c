package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Capture;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.UUID;

/**
 * While a tunnel is down no packet for the far side leaves in clear text, on either side; the
 * internet is watched.
 */
@ExtendWith(DeploymentExtension.class)
class NoClearTextIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Lab lab;
    private final Lab.Branch branch;

    NoClearTextIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1);
    }

    @AfterEach
    void restoreInternet() {
        lab.internet().restoreAll();
    }

    @Test
    void concentratorKeepsPacketsInBeforeTheBranchHasEverDialledIn() {
        ProvisionerApi customer = deployment.provisioner().customer();
        var order =
                customer.order(
                                "silent",
                                branch.gateway().protectedNetwork(),
                                UUID.randomUUID().toString())
                        .expect(202)
                        .json();
        customer.awaitOrder(order.path("id").asText(), DEADLINE);
        try (Capture capture = lab.internet().capture()) {
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 5).received()).isZero();
            assertThat(capture.packets(clearText())).isZero();
        }
        deployment.takeDown(order.path("tunnel").asText(), branch.gateway());
    }

    @Test
    void bothSidesKeepPacketsInWhenTheTunnelGoesDown() {
        String tunnel = deployment.bringUp(branch.gateway(), "leaky");
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        try (Capture capture = lab.internet().capture()) {
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).allReceived())
                    .isTrue();
            lab.internet().cut(branch.gateway().internetAddress());
            // Through the time in which each side notices and gives the SAs up.
            lab.concentrator().awaitNoSas(DEADLINE);
            branch.gateway().charon().kill();
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 5).received()).isZero();
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 5).received()).isZero();
            assertThat(capture.packets(clearText())).isZero();
            assertThat(capture.packets("udp port 4500")).isPositive();
        }
        lab.internet().restoreAll();
        deployment.takeDown(tunnel, branch.gateway());
    }

    private String clearText() {
        return "net %s and net %s"
                .formatted(
                        lab.concentrator().protectedNetwork(), branch.gateway().protectedNetwork());
    }
}
