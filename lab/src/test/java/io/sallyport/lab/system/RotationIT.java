package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Teleworker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Keys and authorities are changed while what depends on them is pinged through. */
@ExtendWith(DeploymentExtension.class)
class RotationIT {
    private static final Duration DEADLINE = Rotating.DEADLINE;

    /** Pings of a teleworker, who is not to notice anything. */
    private static final int PER_SECOND = 5;

    private final Deployment deployment;
    private final Lab lab;
    private final Rotating rotating;

    RotationIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.rotating = new Rotating(deployment);
    }

    @Test
    void theConcentratorsKeyIsChangedAndEverySaAuthenticatedAnewWithoutAnOutage() {
        rotating.bringUp(1, "canary");
        rotating.bringUp(2, "second");
        String before = rotating.certificateInUse();

        List<CountedPing> pinging = rotating.pingFrom(1, 2);
        JsonNode over = rotating.awaitOver(rotating.begin(Rotating.CONCENTRATOR_KEY));

        Rotating.assertOver(over, "DONE");
        assertThat(over.path("waves")).hasSize(3);
        Rotating.assertNoOutage(pinging);
        assertThat(rotating.certificateInUse()).isNotEqualTo(before);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(2);
        for (int branch = 1; branch <= 2; branch++) {
            assertThat(lab.branch(branch).gateway().charonLog()).contains("redirected to");
        }
    }

    @Test
    void aRotationThatIsAbortedWhenTheNewKeyIsInUseReturnsToTheFormerAndEveryTunnelStaysUp() {
        String tunnel = rotating.bringUp(1, "aborted");
        String before = rotating.certificateInUse();
        List<CountedPing> pinging = rotating.pingFrom(1);
        String rotation = rotating.begin(Rotating.CONCENTRATOR_KEY);
        rotating.await(rotation, "/waves/0/targets/0", "DONE");
        rotating.abort(rotation);

        Rotating.assertOver(rotating.awaitOver(rotation), "ABORTED");
        Rotating.assertNoOutage(pinging);
        assertThat(rotating.certificateInUse()).isEqualTo(before);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
    }

    /** A roll-over: the authority is everywhere, it issues, the concentrator works with it. */
    static Stream<Arguments> wavesToBeKilledIn() {
        return Stream.of(
                Arguments.of(Rotating.CONCENTRATOR_KEY, List.of(0, 1)),
                Arguments.of(Rotating.SITES_AUTHORITY, List.of(1, 3, 5)));
    }

    @ParameterizedTest
    @MethodSource("wavesToBeKilledIn")
    void aRotationGoesOnAfterTheProvisionerIsKilledInEachWaveWithoutAnOutage(
            String request, List<Integer> waves) {
        String tunnel = rotating.bringUp(1, "outlives");
        String before = rotating.certificateInUse();
        List<CountedPing> pinging = rotating.pingFrom(1);
        String rotation = rotating.begin(request);
        for (int wave : waves) {
            rotating.await(rotation, "/waves/%d/targets/0".formatted(wave), "RUNNING");
            deployment.provisioner().kill();
            deployment.provisioner().start();
        }
        JsonNode over = rotating.awaitOverWithRenewals(rotation, 1);
        Rotating.assertOver(over, "DONE");
        Rotating.assertNoOutage(pinging);
        assertThat(rotating.certificateInUse()).isNotEqualTo(before);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(1);
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void aBranchThatIsAskedRenewsItsKeyWithoutAnOutage() {
        rotating.bringUp(1, "renewed");
        List<CountedPing> pinging = rotating.pingFrom(1);
        String rotation = rotating.begin(Rotating.SITE_KEY);
        rotating.await(rotation, "/waves/0/targets/0", "RUNNING");
        JsonNode over = rotating.awaitOverWithRenewals(rotation, 1);
        Rotating.assertOver(over, "DONE");
        Rotating.assertNoOutage(pinging);
    }

    /** Its key, or the authority for gateways: clients know the root alone. */
    static Stream<Arguments> whatGivesTheGatewayACertificate() {
        return Stream.of(
                Arguments.of(Rotating.GATEWAY_KEY, "rosa", 0),
                Arguments.of(Rotating.authority("GATEWAYS"), "rita", 2));
    }

    /** It is aborted first, when the gateway is asked. */
    @ParameterizedTest
    @MethodSource("whatGivesTheGatewayACertificate")
    void theGatewayIsGivenACertificateAndNobodyWhoIsConnectedNotices(
            String request, String username, int wave) {
        var teleworking = new Teleworking(deployment);
        teleworking.passwordGroup("rotated", "");
        Teleworker who = teleworking.teleworker(username, "rotated");
        teleworking.settle();
        String before = served("-serial");
        JsonNode over;
        try (OpenConnect client = teleworking.client(1, "rotated", who).start()) {
            client.awaitUp(DEADLINE);
            CountedPing pinging = lab.teleworker(1).beginCounting(teleworking.target(), PER_SECOND);
            rotating.abortIn(rotating.begin(request), wave);
            assertThat(served("-serial")).isEqualTo(before);
            over = rotating.awaitOver(rotating.begin(request));
            Rotating.assertNoneLost(List.of(pinging));
            assertThat(client.log()).doesNotContain("reconnect");
        }
        Rotating.assertOver(over, "DONE");
        assertThat(served("-serial")).isNotEqualTo(before);
        assertThat(served("-issuer")).contains(rotating.authorities("GATEWAYS", "CURRENT"));
        teleworking.client(2, "rotated", who).start().awaitUp(DEADLINE).close();
    }

    /**
     * Of the certificate that the gateway shows to who connects now.
     *
     * @param what an option of {@code openssl x509}
     */
    private String served(String what) {
        return lab.teleworker(2)
                .shell(
                        DEADLINE,
                        "openssl s_client -connect %s:443 </dev/null 2>/dev/null | openssl x509 -noout %s"
                                .formatted(lab.gateway().internetAddress(), what));
    }
}
