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
import java.util.Map;

/**
 * A live tunnel ends within seconds when its certificate is revoked, and charon itself refuses the
 * certificate from then on. To see the latter of a tunnel that was cancelled, its connection has to
 * be loaded: a branch is ordered anew under its name, and the device of the first order comes back.
 */
@ExtendWith(DeploymentExtension.class)
class RevokedBranchIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration SECONDS = Duration.ofSeconds(5);

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
    void liveTunnelEndsWithinSecondsAndSaysWhy() {
        String tunnel = deployment.bringUp(branch, "stolen");
        customer.awaitCarrying(tunnel, DEADLINE);
        JsonNode newest =
                customer.get("/v1/certificates?purpose=BRANCH&limit=1")
                        .expect(200)
                        .json()
                        .path("certificates")
                        .path(0);
        assertThat(newest.path("identity").asText()).startsWith("stolen.");
        int branchSaid = branch.charonLog().length();
        customer.post(
                        "/v1/certificates/%s/revocation".formatted(newest.path("serial").asText()),
                        "{\"reason\": \"KEY_COMPROMISE\"}",
                        Map.of())
                .expect(200);

        JsonNode down =
                customer.awaitTunnel(
                        tunnel,
                        SECONDS,
                        found -> ProvisionerApi.holds(found, "established").equals("NO"));
        assertThat(down.at("/truths/established/cause").asText())
                .isEqualTo("the branch's certificate was revoked: key compromise");
        assertThat(down.at("/truths/carrying/holds").asText()).isEqualTo("NO");
        assertThat(down.at("/truths/loaded/holds").asText()).isEqualTo("YES");
        assertThat(lab.concentrator().establishedIkeSas()).isZero();

        // It comes back by itself, and is refused.
        branch.await(
                DEADLINE,
                "tail -c +%d /var/log/charon-daemon.log | grep -q 'AUTHENTICATION_FAILED'"
                        .formatted(branchSaid + 1));
        assertThat(lab.concentrator().charonLog())
                .containsPattern("certificate was revoked on .*, reason: key compromise");
        assertThat(lab.concentrator().establishedIkeSas()).isZero();
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
