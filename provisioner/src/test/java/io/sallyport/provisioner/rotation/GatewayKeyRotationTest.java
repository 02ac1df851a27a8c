package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeyOrder.Verdict;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

class GatewayKeyRotationTest extends LiveTunnels {
    private static final String REQUEST = "{\"kind\": \"GATEWAY_KEY\"}";

    /** The first works with its new key; the second never does. */
    @Test
    void aGatewayThatDoesNotChangeOverStopsItAndTheOthersReturnToTheirFormerKeys() {
        List<TestGateway> both =
                List.of(TestGateway.enrolled(provisioner), TestGateway.enrolled(provisioner));
        UUID id = begin(REQUEST);
        UUID first = UUID.fromString(show(id).at("/waves/0/targets/0/id").textValue());
        TestGateway canary = both.get(both.get(0).id().equals(first) ? 0 : 1);
        TestGateway stuck = both.get(canary.equals(both.get(0)) ? 1 : 0);
        String shown = canary.desired(0).serverCertificateChainPem();
        Awaited.until(() -> verdict(canary), Verdict.TRY::equals);
        canary.followKeys();
        assertThat(canary.desired(0).serverCertificateChainPem()).isNotEqualTo(shown);
        Awaited.until(() -> verdict(stuck), Verdict.TRY::equals);
        clock.advance(Duration.ofSeconds(121));

        Awaited.until(() -> verdict(stuck), Verdict.RETURN::equals);
        JsonNode over =
                Awaited.until(
                        () -> {
                            canary.followKeys();
                            return show(id);
                        },
                        it -> it.get("state").textValue().equals("ROLLED_BACK"));
        assertThat(over.get("cause").textValue()).contains("took too long");
        assertThat(canary.desired(0).serverCertificateChainPem()).isEqualTo(shown);
        assertThat(over.findValues("lostPackets"))
                .as("of a gateway nobody counts; that is not told as none")
                .hasSize(5)
                .allMatch(JsonNode::isNull);
    }

    /** What a gateway is told of its keys; null if nothing. */
    @Nullable
    private static Verdict verdict(TestGateway gateway) {
        return gateway.desired(0).keys().map(KeyOrder::verdict).orElse(null);
    }
}
