package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.Teleworker;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.Map;

/** What operators do to a gateway, and what else happens to it, while teleworkers are connected. */
@ExtendWith(DeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayOperationIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    private final Teleworking teleworking;
    private final GatewayProcess gateway;
    private Teleworker finn;
    private Teleworker gina;

    GatewayOperationIT(Deployment deployment) {
        this.teleworking = new Teleworking(deployment);
        this.gateway = deployment.gateway();
    }

    @BeforeAll
    void makeTeleworkers() {
        teleworking.passwordGroup("operated", ",\"dpdSeconds\":5");
        finn = teleworking.teleworker("finn", "operated");
        gina = teleworking.teleworker("gina", "operated");
        teleworking.settle();
    }

    @Test
    void operatorsReasonIsShown() {
        try (OpenConnect client = connect(1, finn)) {
            assertThat(gateway.admin("GET", "/sessions")).contains("finn").contains("200 OK");
            assertThat(
                            gateway.admin(
                                    "DELETE", "/users/finn/sessions?message=Maintenance%20tonight"))
                    .contains("200 OK");
            client.awaitEnd(SECONDS);
            assertThat(client.log()).contains("Maintenance tonight");
        }
    }

    @Test
    void blockedTeleworkerLosesTheSession() {
        Teleworker hank = teleworking.teleworker("hank", "operated");
        try (OpenConnect client = connect(1, hank);
                OpenConnect other = connect(2, gina)) {
            teleworking
                    .customer()
                    .post("/v1/teleworkers/" + hank.id() + "/block", "", Map.of())
                    .expect(200);
            client.awaitEnd(SECONDS);
            assertThat(client.log()).contains("server disconnect");
            assertThat(other.process().isAlive()).isTrue();
        }
    }

    private OpenConnect connect(int teleworker, Teleworker who) {
        return teleworking.client(teleworker, "operated", who).start().awaitUp(DEADLINE);
    }
}
