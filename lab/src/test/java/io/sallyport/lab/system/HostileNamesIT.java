package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.product.ApiAnswer;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What customers type never becomes configuration syntax: it is refused at the door, and what
 * passes is loaded by a real charon.
 */
@ExtendWith(DeploymentExtension.class)
class HostileNamesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;

    HostileNamesIT(Deployment deployment) {
        this.deployment = deployment;
    }

    static List<String> hostileNames() {
        return List.of(
                "a\"b",
                "a'b",
                "a\nb",
                "a\r\nsecrets { }",
                "a { }",
                "a } local { auth = psk",
                "include /etc/shadow",
                "a#b",
                "a=b",
                "a\\b",
                "$(id)",
                "`id`",
                "a;id",
                "../../etc/passwd",
                "{{{identity}}}",
                "a.b",
                "*",
                "",
                "-a",
                "ä",
                "a".repeat(64));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void hostileBranchNameIsRefusedByFieldAndNothingIsStored(String name) throws Exception {
        ProvisionerApi customer = deployment.provisioner().customer();
        int before = tunnels(customer);
        String body =
                JSON.writeValueAsString(
                        Map.of(
                                "branch",
                                name,
                                "protectedNetworks",
                                List.of("10.99.1.0/24"),
                                "deviceFamily",
                                "strongswan",
                                "generateKey",
                                true));
        ApiAnswer refused =
                customer.post(
                        "/v1/orders",
                        body,
                        Map.of("Idempotency-Key", UUID.randomUUID().toString()));
        assertThat(refused.status()).isBetween(400, 422);
        assertThat(refused.headers().firstValue("content-type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(refused.body()).contains("branch");
        assertThat(tunnels(customer)).isEqualTo(before);
    }

    @Test
    void longestAcceptedNameIsLoadedByARealCharon() {
        BranchHost branch = deployment.lab().branch(1).gateway();
        String name = "0" + "x-".repeat(30) + "xx";
        String tunnel = deployment.bringUp(branch, name);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        assertThat(branch.swanctl("--list-conns")).contains(name);
    }

    private static int tunnels(ProvisionerApi customer) {
        return customer.get("/v1/tunnels?limit=500")
                .expect(200)
                .body()
                .split("\"probeAddress\"", -1)
                .length;
    }
}
