package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Capture;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.ApiAnswer;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A branch with a second network behind it, which its tunnel carries like the first. */
@ExtendWith(DeploymentExtension.class)
class SeveralNetworksIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String SECOND = "10.21.1.0/24";
    private static final String GATEWAY_IN_SECOND = "10.21.1.1/24";
    private static final String HOST_IN_SECOND = "10.21.1.10";

    private final Deployment deployment;
    private final Lab lab;
    private final Lab.Branch branch;
    private final ProvisionerApi customer;

    SeveralNetworksIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1);
        this.customer = deployment.provisioner().customer();
    }

    @BeforeEach
    void bringTheSecondNetworkUp() {
        address("add", branch.gateway().lanAddress(), GATEWAY_IN_SECOND);
        branch.lan().run(DEADLINE, "ip", "address", "add", HOST_IN_SECOND + "/24", "dev", "eth0");
    }

    @AfterEach
    void removeTheSecondNetwork() {
        address("del", branch.gateway().lanAddress(), GATEWAY_IN_SECOND);
        branch.lan().run(DEADLINE, "ip", "address", "del", HOST_IN_SECOND + "/24", "dev", "eth0");
    }

    @Test
    void bothAreCarriedBothAreKeptInAndNeitherIsAnotherBranchs() {
        BranchHost gateway = branch.gateway();
        List<String> networks = List.of(gateway.protectedNetwork(), SECOND);
        try (Capture capture = lab.internet().capture()) {
            lab.concentratorLan().ping(HOST_IN_SECOND, 3);
            assertThat(capture.packets("net " + SECOND))
                    .as("seen here when they leave")
                    .isPositive();
        }
        JsonNode order = order("two-networks", networks).expect(202).json();
        String tunnel = order.path("tunnel").asText();
        deployment.adopt(tunnel, gateway);
        customer.awaitOrder(order.path("id").asText(), DEADLINE);
        try (Capture capture = lab.internet().capture()) {
            assertThat(lab.concentratorLan().ping(HOST_IN_SECOND, 3).received()).isZero();
            gateway.apply(customer.deviceConfiguration(tunnel).files());
            customer.awaitCarrying(tunnel, DEADLINE);
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 5).allReceived())
                    .isTrue();
            assertThat(lab.concentratorLan().ping(HOST_IN_SECOND, 5).allReceived()).isTrue();
            gateway.charon().kill();
            assertThat(lab.concentratorLan().ping(HOST_IN_SECOND, 3).received()).isZero();
            assertThat(capture.packets("net " + SECOND)).isZero();
        }
        assertThat(order("overlaps", List.of("10.21.0.0/16")).expect(422).body())
                .contains("protectedNetworks");
        deployment.takeDown(tunnel, gateway);
        JsonNode anew = order("free-again", List.of(SECOND)).expect(202).json();
        deployment.adopt(anew.path("tunnel").asText(), gateway);
        customer.awaitOrder(anew.path("id").asText(), DEADLINE);
    }

    private ApiAnswer order(String name, List<String> networks) {
        return customer.order(name, networks, UUID.randomUUID().toString());
    }

    /** On the interface of the gateway that has an address already. */
    private void address(String verb, String present, String other) {
        branch.gateway()
                .shell(
                        DEADLINE,
                        "ip address %s %s dev $(ip -o -4 address show to %s | cut -d' ' -f2)"
                                .formatted(verb, other, present));
    }
}
