package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.EndHost.Pings;
import io.sallyport.lab.Lab;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.Teleworker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Keys are changed while what depends on them is pinged through. */
@ExtendWith(DeploymentExtension.class)
class RotationIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Set<String> OVER = Set.of("DONE", "ROLLED_BACK", "ABORTED");

    /** Five a second. */
    private static final int PINGS = 200;

    private final Deployment deployment;
    private final Lab lab;

    RotationIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
    }

    @Test
    void theConcentratorsKeyIsChangedAndEverySaAuthenticatedAnewWithoutALostPacket()
            throws Exception {
        bringUp(1, "canary");
        bringUp(2, "second");
        String before = certificateInUse();

        JsonNode rotation;
        Pings first;
        Pings second;
        try (ExecutorService pingers = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = CompletableFuture.supplyAsync(() -> pingFrom(1), pingers);
            var two = CompletableFuture.supplyAsync(() -> pingFrom(2), pingers);
            rotation = awaitOver(begin());
            first = one.get();
            second = two.get();
        }

        assertThat(rotation.path("state").asText()).as(rotation.toString()).isEqualTo("DONE");
        assertThat(rotation.path("waves")).hasSize(3);
        assertThat(rotation.path("lostPackets").asLong()).isZero();
        assertThat(first).isEqualTo(new Pings(PINGS, PINGS));
        assertThat(second).isEqualTo(new Pings(PINGS, PINGS));
        assertThat(certificateInUse()).isNotEqualTo(before);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(2);
        for (int branch = 1; branch <= 2; branch++) {
            assertThat(lab.branch(branch).gateway().charonLog()).contains("redirected to");
        }
    }

    @Test
    void aRotationThatIsAbortedWhenTheNewKeyIsInUseReturnsToTheFormerAndEveryTunnelStaysUp() {
        String tunnel = bringUp(1, "aborted");
        String before = certificateInUse();
        String rotation = begin();
        Polling.until(
                DEADLINE,
                "the concentrator has new keys",
                () -> show(rotation),
                it -> it.at("/waves/0/targets/0/state").asText().equals("DONE"));
        operator().post("/v1/rotations/%s/abort".formatted(rotation), "", Map.of()).expect(202);

        assertThat(awaitOver(rotation).path("state").asText()).isEqualTo("ABORTED");
        assertThat(certificateInUse()).isEqualTo(before);
        assertThat(pingFrom(1).allReceived()).isTrue();
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void aRotationGoesOnAfterTheProvisionerIsKilledInEachWaveAndNoPacketIsLost() throws Exception {
        String tunnel = bringUp(1, "outlives");
        String before = certificateInUse();
        Pings pings;
        try (ExecutorService pingers = Executors.newVirtualThreadPerTaskExecutor()) {
            var pinger = CompletableFuture.supplyAsync(() -> pingFrom(1), pingers);
            String rotation = begin();
            for (String wave : List.of("/waves/0", "/waves/1")) {
                Polling.until(
                        DEADLINE,
                        wave + " runs",
                        () -> show(rotation),
                        it -> it.at(wave + "/targets/0/state").asText().equals("RUNNING"));
                deployment.provisioner().kill();
                deployment.provisioner().start();
            }
            JsonNode over = awaitOver(rotation);
            assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("DONE");
            pings = pinger.get();
        }
        assertThat(pings).isEqualTo(new Pings(PINGS, PINGS));
        assertThat(certificateInUse()).isNotEqualTo(before);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(1);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void aBranchThatIsAskedRenewsItsKeyAndLosesNoPacket() throws Exception {
        bringUp(1, "renewed");
        String rotation = begin("SITE_KEY");
        Polling.until(
                DEADLINE,
                "the branch is asked",
                () -> show(rotation),
                it -> it.at("/waves/0/targets/0/state").asText().equals("RUNNING"));
        JsonNode over;
        Pings pings;
        try (ExecutorService pingers = Executors.newVirtualThreadPerTaskExecutor()) {
            var pinger = CompletableFuture.supplyAsync(() -> pingFrom(1), pingers);
            // What its timer does every hour.
            lab.branch(1).gateway().run(DEADLINE, "sh", "/etc/sallyport/renew.sh");
            over = awaitOver(rotation);
            pings = pinger.get();
        }
        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("DONE");
        assertThat(over.path("lostPackets").asLong()).isZero();
        assertThat(pings).isEqualTo(new Pings(PINGS, PINGS));
    }

    @Test
    void theGatewaysKeyIsChangedAndNobodyWhoIsConnectedNotices() throws Exception {
        var teleworking = new Teleworking(deployment);
        teleworking.passwordGroup("rotated", "");
        Teleworker rosa = teleworking.teleworker("rosa", "rotated");
        teleworking.settle();
        String before = servedCertificate();
        JsonNode over;
        Pings pings;
        try (OpenConnect client = teleworking.client(1, "rotated", rosa).start();
                ExecutorService pingers = Executors.newVirtualThreadPerTaskExecutor()) {
            client.awaitUp(DEADLINE);
            var pinger =
                    CompletableFuture.supplyAsync(
                            () -> lab.teleworker(1).ping(teleworking.target(), PINGS), pingers);
            over = awaitOver(begin("GATEWAY_KEY"));
            pings = pinger.get();
            assertThat(client.log()).doesNotContain("reconnect");
        }
        assertThat(over.path("state").asText()).as(over.toString()).isEqualTo("DONE");
        assertThat(pings).isEqualTo(new Pings(PINGS, PINGS));
        assertThat(servedCertificate()).isNotEqualTo(before);
        teleworking.client(2, "rotated", rosa).start().awaitUp(DEADLINE).close();
    }

    private String bringUp(int number, String name) {
        BranchHost branch = lab.branch(number).gateway();
        String tunnel = deployment.bringUp(branch, name);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        return tunnel;
    }

    /** Anew each time: a provisioner that was started again has another client. */
    private ProvisionerApi operator() {
        return deployment.provisioner().operator();
    }

    private String begin() {
        return begin("CONCENTRATOR_KEY");
    }

    private String begin(String kind) {
        return operator()
                .post("/v1/rotations", "{\"kind\":\"%s\"}".formatted(kind), Map.of())
                .expect(201)
                .json()
                .path("id")
                .asText();
    }

    private JsonNode show(String rotation) {
        return operator().get("/v1/rotations/" + rotation).expect(200).json();
    }

    private JsonNode awaitOver(String rotation) {
        return Polling.until(
                DEADLINE,
                "rotation " + rotation,
                () -> show(rotation),
                it -> OVER.contains(it.path("state").asText()));
    }

    private Pings pingFrom(int branch) {
        return lab.branch(branch).lan().ping(lab.concentratorLan().address(), PINGS);
    }

    /** What the gateway shows to who connects now. */
    private String servedCertificate() {
        return lab.teleworker(2)
                .shell(
                        DEADLINE,
                        "openssl s_client -connect %s:443 </dev/null 2>/dev/null | openssl x509 -noout -serial"
                                .formatted(lab.gateway().internetAddress()));
    }

    /** The only certificate of the concentrator whose key charon has. */
    private String certificateInUse() {
        return lab.concentrator()
                .shell(
                        DEADLINE,
                        "swanctl --list-certs --type x509 | awk '/serial:/ {serial = $2} /has"
                                + " private key/ {print serial}'");
    }
}
