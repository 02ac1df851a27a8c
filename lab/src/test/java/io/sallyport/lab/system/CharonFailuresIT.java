package io.sallyport.lab.system;

import static io.sallyport.lab.product.ProvisionerApi.holds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/**
 * The concentrator's charon dies, or hangs: the state says so, the API answers, and all is well
 * again by itself.
 */
@ExtendWith(DeploymentExtension.class)
class CharonFailuresIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Lab lab;
    private final BranchHost branch;
    private final ProvisionerApi customer;
    private String tunnel;

    CharonFailuresIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1).gateway();
        this.customer = deployment.provisioner().customer();
    }

    @BeforeEach
    void bringUp() {
        tunnel = deployment.bringUp(branch, "failing");
        customer.awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void killedCharonIsLoadedAgainAndTheTunnelComesBack() {
        lab.concentrator().charon().kill();
        customer.awaitTunnel(tunnel, DEADLINE, found -> !holds(found, "established").equals("YES"));
        JsonNode down = customer.get("/v1/tunnels/" + tunnel).expect(200).json();
        assertThat(holds(down, "ordered")).isEqualTo("YES");
        assertThat(holds(down, "loaded")).isNotEqualTo("YES");

        lab.concentrator().startCharon();
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .isTrue();
    }

    @Test
    void branchThatWasTurnedAwayDialsAgain() {
        HostProcess concentrator = deployment.concentrator().process();
        concentrator.signal(Signal.STOP);
        try {
            // It tells the branch, which dials at once and meets a charon without a connection.
            lab.concentrator().restartCharon();
            branch.await(
                    DEADLINE,
                    "tac /var/log/charon-daemon.log | sed '/added vici connection/q' | grep -q"
                            + " 'received NO_PROPOSAL_CHOSEN'");
        } finally {
            concentrator.signal(Signal.CONT);
        }
        lab.concentrator().awaitChild("lan", DEADLINE);
        customer.awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void stoppedCharonIsSaidAndBlocksNobody() {
        BranchHost other = lab.branch(2).gateway();
        JsonNode meanwhile;
        lab.concentrator().charon().signal(Signal.STOP);
        try {
            awaitCharon("UNRESPONSIVE");
            JsonNode down =
                    customer.awaitTunnel(
                            tunnel, DEADLINE, found -> holds(found, "carrying").equals("NO"));
            assertThat(holds(down, "ordered")).isEqualTo("YES");
            // Accepted, certified and configured: only charon's part waits.
            meanwhile = deployment.order(other, "meanwhile");
            assertThat(holds(tunnelOf(meanwhile), "loaded")).isNotEqualTo("YES");
        } finally {
            lab.concentrator().charon().signal(Signal.CONT);
        }
        awaitCharon("RUNNING");
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .isTrue();
        assertThat(
                        customer.awaitOrder(meanwhile.path("id").asText(), DEADLINE)
                                .path("state")
                                .asText())
                .isEqualTo("READY");
    }

    private void awaitCharon(String state) {
        deployment
                .provisioner()
                .operator()
                .awaitConcentrator(
                        deployment.concentrator().id(),
                        DEADLINE,
                        found -> found.at("/charon/state").asText().equals(state));
    }

    private JsonNode tunnelOf(JsonNode order) {
        return customer.get("/v1/tunnels/" + order.path("tunnel").asText()).expect(200).json();
    }
}
