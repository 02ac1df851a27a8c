package io.sallyport.provisioner.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.concentrator.FakeConcentrator;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Map;

class OrderRoomTest {
    @Test
    void orderIsRefusedAtOnceWhenThereIsNoRoomAndAcceptedWhenThereIsAgain() throws IOException {
        try (RunningProvisioner provisioner =
                RunningProvisioner.start(Map.of("SALLYPORT_PROBE_POOL", "100.64.0.0/30"))) {
            OrderClient customer = new OrderClient(provisioner);
            Answer nowhere = customer.post("no-concentrator", body("lyon", 1));
            assertThat(nowhere.status()).isEqualTo(503);
            TestNode.register(provisioner);
            Answer notEnrolled = customer.post("not-enrolled", body("lyon", 1));
            assertThat(notEnrolled.status()).isEqualTo(503);
            assertThat(notEnrolled.body()).contains("no concentrator is ready");

            FakeConcentrator concentrator = FakeConcentrator.register(provisioner);
            JsonNode first = customer.order("lyon", "10.1.1.0/24");
            customer.order("oslo", "10.1.2.0/24");
            Answer full = customer.post("full", body("rome", 3));
            assertThat(full.status()).as(full.body()).isEqualTo(503);
            assertThat(full.body()).contains("100.64.0.0/30");

            customer.await(first, OrderState.CONFIGURED);
            customer.delete("/v1/tunnels/" + OrderClient.tunnelOf(first));
            concentrator.apply();

            Answer again = customer.post("full", body("rome", 3));
            assertThat(again.status()).as(again.body()).isEqualTo(202);
            assertThat(
                            customer.tunnel(OrderClient.tunnelOf(again.json()))
                                    .get("probeAddress")
                                    .textValue())
                    .isEqualTo("100.64.0.1");
        }
    }

    private static String body(String branch, int number) {
        return OrderClient.body(branch, "10.1.%d.0/24".formatted(number)).toString();
    }
}
