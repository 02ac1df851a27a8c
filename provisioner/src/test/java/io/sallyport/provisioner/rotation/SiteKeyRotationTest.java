package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.UUID;

class SiteKeyRotationTest extends LiveTunnels {
    private static final String REQUEST = "{\"kind\": \"SITE_KEY\"}";

    @Test
    void theBranchIsAskedAndItsSaHasToBeAuthenticatedWithTheNewCertificate() {
        UUID canary = tunnels.get(0);
        UUID id = begin(REQUEST);
        awaitDetail(id, 1, "asked to renew");
        assertThat(wishes()).isEqualTo(1);
        authenticate(canary, 0);
        // With the former certificate: that does not count.
        assertThat(show(id).get("state").textValue()).isEqualTo("RUNNING");

        renew(canary);
        authenticate(canary, 1);
        awaitDetail(id, 2, "asked to renew");
        renew(tunnels.get(1));
        authenticate(tunnels.get(1), 0);
        assertThat(await(id, "DONE").get("lostPackets").asLong()).isEqualTo(1);
    }

    @Test
    void aBranchThatDoesNotComeBackWithItsNewCertificateStopsItAndNobodyElseIsAsked() {
        UUID id = begin(REQUEST);
        awaitDetail(id, 1, "asked to renew");
        renew(tunnels.get(0));
        clock.advance(Duration.ofSeconds(1));
        concentrator.set(tunnels.get(0), Truth.CARRYING, false, "no reply to 3 probes");
        concentrator.report();
        stopped(id, "carries nothing");
    }

    @Test
    void aBranchThatDoesNotAskStopsItAndNobodyElseIsAsked() {
        UUID id = begin("{\"kind\": \"SITE_KEY\", \"waveSeconds\": 600}");
        awaitDetail(id, 1, "asked to renew");
        clock.advance(Duration.ofSeconds(601));
        concentrator.report();
        stopped(id, "took too long");
    }

    private void stopped(UUID id, String cause) {
        JsonNode over = await(id, "ROLLED_BACK");
        assertThat(over.get("cause").textValue()).contains("branch1", cause);
        assertThat(over.at("/waves/1/targets/0/state").textValue()).isEqualTo("PENDING");
        assertThat(wishes()).isZero();
        assertThat(concentrator.desired().tunnels()).hasSize(2);
    }
}
