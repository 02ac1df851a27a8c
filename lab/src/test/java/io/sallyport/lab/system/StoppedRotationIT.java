package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Rotations that an operator stops on the way, or that stop by themselves. The phases that {@link
 * RotationIT} and {@link RollOverIT} do not have are here; all of them are in the provisioner's
 * tests.
 */
@ExtendWith(DeploymentExtension.class)
class StoppedRotationIT {
    private final Deployment deployment;
    private final Lab lab;
    private final Rotating rotating;

    StoppedRotationIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.rotating = new Rotating(deployment);
    }

    /** When the canary is asked, and when it has its new key and the other one is asked. */
    @Test
    void branchesWhoseNewKeysAreNotWantedAnyMoreKeepTheirTunnels() {
        String canary = rotating.bringUp(1, "canary");
        String second = rotating.bringUp(2, "second");
        List<String> before =
                List.of(rotating.certificateOfBranch(1), rotating.certificateOfBranch(2));
        List<CountedPing> pinging = rotating.pingFrom(1, 2);

        rotating.abortIn(rotating.begin(Rotating.SITE_KEY), 0);
        // Their timers come now: there is nothing to do any more.
        rotating.renew(1);
        rotating.renew(2);
        assertThat(rotating.certificateOfBranch(1)).isEqualTo(before.getFirst());

        String rotation = rotating.begin(Rotating.SITE_KEY);
        rotating.awaitBegun(rotation, 0);
        rotating.renew(1);
        rotating.abortIn(rotation, 1);
        rotating.renew(2);

        Rotating.assertNoOutage(pinging);
        assertThat(rotating.certificateOfBranch(1)).isNotEqualTo(before.getFirst());
        assertThat(rotating.certificateOfBranch(2)).isEqualTo(before.getLast());
        awaitCarrying(canary, second);
    }

    /**
     * When the concentrator is told of the authority, when it is to have keys of it, when the
     * canary is to meet them, and when the first branch is asked. At last it goes through.
     */
    @Test
    void aRollOverThatIsAbortedInItsEarlierPhasesIsNoOutageAndGoesThroughAtLast() {
        String canary = rotating.bringUp(1, "canary");
        String second = rotating.bringUp(2, "second");
        String former = rotating.authorities("SITES", "CURRENT");
        String before = rotating.certificateInUse();
        List<CountedPing> pinging = rotating.pingFrom(1, 2);
        for (int wave : List.of(1, 3, 4, 5)) {
            rotating.abortIn(rotating.begin(Rotating.SITES_AUTHORITY), wave);
            assertThat(rotating.authorities("SITES", "CURRENT")).isEqualTo(former);
            assertThat(rotating.certificateInUse()).isEqualTo(before);
        }
        JsonNode over =
                rotating.awaitOverWithRenewals(rotating.begin(Rotating.SITES_AUTHORITY), 1, 2);
        Rotating.assertOver(over, "DONE");
        Rotating.assertNoOutage(pinging);
        assertThat(rotating.authorities("SITES", "CURRENT")).isNotEqualTo(former);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(2);
        awaitCarrying(canary, second);
    }

    /** Its renewal reaches the provisioner, and its IKE does not reach the concentrator. */
    @ParameterizedTest
    @ValueSource(strings = {"CONCENTRATOR_KEY", "SITE_KEY"})
    void aBranchThatDoesNotComeBackStopsItAndWithoutAnybodyTheFormerKeysAreInUse(String kind) {
        String canary = rotating.bringUp(1, "canary");
        String second = rotating.bringUp(2, "second");
        String before = rotating.certificateInUse();
        String ofSecond = rotating.certificateOfBranch(2);
        List<CountedPing> pinging = rotating.pingFrom(2);
        String rotation = rotating.begin("{\"kind\":\"%s\",\"waveSeconds\":20}".formatted(kind));
        rotating.awaitBegun(rotation, 0);
        JsonNode over;
        CompletableFuture<Void> timer;
        lab.internet().cutUdp(lab.branch(1).gateway().internetAddress());
        try {
            timer = CompletableFuture.runAsync(() -> rotating.renew(1));
            over = rotating.awaitOver(rotation);
        } finally {
            lab.internet().restoreAll();
        }
        assertThat(Rotating.state(over)).as(over.toString()).isEqualTo("ROLLED_BACK");
        assertThat(over.path("cause").asText()).contains("canary");
        Rotating.assertNoOutage(pinging);
        assertThat(rotating.certificateInUse()).isEqualTo(before);
        assertThat(rotating.certificateOfBranch(2)).isEqualTo(ofSecond);
        timer.join();
        awaitCarrying(canary, second);
    }

    private void awaitCarrying(String... tunnels) {
        for (String tunnel : tunnels) {
            deployment.provisioner().customer().awaitCarrying(tunnel, Rotating.DEADLINE);
        }
    }
}
