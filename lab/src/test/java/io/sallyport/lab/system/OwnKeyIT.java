package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.DeviceConfiguration;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

/** The branch makes its key, and only its certificate request leaves it. */
@ExtendWith(DeploymentExtension.class)
class OwnKeyIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String KEY = "/etc/swanctl/private/sallyport.pem";

    private final Deployment deployment;
    private final Lab lab;
    private final BranchHost branch;
    private final ProvisionerApi customer;

    OwnKeyIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1).gateway();
        this.customer = deployment.provisioner().customer();
    }

    @ParameterizedTest
    @CsvSource({
        "own-ec, EC -pkeyopt ec_paramgen_curve:P-256, /",
        "own-p384, EC -pkeyopt ec_paramgen_curve:P-384, /",
        "own-ed25519, ED25519, /",
        "own-rsa, RSA -pkeyopt rsa_keygen_bits:3072, /CN=own-rsa.customer.sallyport.internal",
    })
    void branchComesUpWithAKeyThatNeverLeftIt(String name, String key, String subject) {
        JsonNode order = deployment.order(branch, name, request(key, subject));
        String tunnel = order.path("tunnel").asText();
        customer.awaitOrder(order.path("id").asText(), DEADLINE);

        DeviceConfiguration configuration = customer.deviceConfiguration(tunnel);
        assertThat(configuration.withKey()).isFalse();
        assertThat(configuration.files()).noneMatch(file -> file.path().contains("secrets"));
        branch.apply(configuration.files());

        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .isTrue();
        assertThat(branch.shell(DEADLINE, "ls /etc/swanctl/pkcs12")).isEmpty();
    }

    @Test
    void requestThatNamesAnotherBranchIsRefused() {
        String foreign =
                request(
                        "EC -pkeyopt ec_paramgen_curve:P-256",
                        "/CN=another.customer.sallyport.internal");
        assertThat(
                        customer.orderWithRequest(
                                        "own-name", branch.protectedNetwork(), foreign, "foreign")
                                .expect(422)
                                .body())
                .contains("\"csr\"");
        branch.reset();
    }

    /** The commands that a customer would type on the device. */
    private String request(String key, String subject) {
        return branch.shell(
                DEADLINE,
                """
                umask 077
                openssl genpkey -quiet -algorithm %s -out %s
                openssl req -new -key %s -subj %s
                """
                        .formatted(key, KEY, KEY, subject));
    }
}
