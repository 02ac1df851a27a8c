package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.Pings;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The authority for sites is rolled over under live tunnels. */
@ExtendWith(DeploymentExtension.class)
class RollOverIT {
    private static final Duration DEADLINE = Rotating.DEADLINE;

    private final Deployment deployment;
    private final Lab lab;
    private final Rotating rotating;

    RollOverIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.rotating = new Rotating(deployment);
    }

    @Test
    void theAuthorityForSitesIsRolledOverWithoutAnOutage() {
        rotating.bringUp(1, "canary");
        rotating.bringUp(2, "second");
        String former = authority("CURRENT");

        List<CountedPing> pinging = rotating.pingFrom(1, 2);
        JsonNode over =
                rotating.awaitOverWithRenewals(rotating.begin(Rotating.SITES_AUTHORITY), 1, 2);

        Rotating.assertOver(over, "DONE");
        Rotating.assertNoOutage(pinging);
        assertThat(authority("RETIRED")).contains(former);
        String present = authority("CURRENT");
        assertThat(present).isNotEqualTo(former);
        assertThat(lab.concentrator().establishedIkeSas()).isEqualTo(2);
        assertThat(issuerOfTheConcentratorInUse()).contains(present);
        for (int branch = 1; branch <= 2; branch++) {
            assertThat(issuerOfBranch(branch)).contains(present);
            assertThat(authoritiesOnBranch(branch)).contains(former, present);
        }
    }

    @Test
    void aRollOverThatIsAbortedWhenABranchHasItsNewCertificateLeavesEveryTunnelUp() {
        String renewed = rotating.bringUp(1, "renewed");
        String other = rotating.bringUp(2, "waiting");
        String former = authority("CURRENT");
        String rotation = rotating.begin(Rotating.SITES_AUTHORITY);
        awaitSite(rotation, 0, "RUNNING");
        rotating.renew(1);
        awaitSite(rotation, 0, "DONE");
        rotating.abort(rotation);

        assertThat(Rotating.state(rotating.awaitOver(rotation))).isEqualTo("ABORTED");
        assertThat(authority("CURRENT")).isEqualTo(former);
        assertThat(issuerOfTheConcentratorInUse()).contains(former);
        assertThat(issuerOfBranch(1)).contains(authority("NEXT"));
        for (String tunnel : List.of(renewed, other)) {
            deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        }
        assertThat(ping(1).allReceived()).isTrue();
        assertThat(ping(2).allReceived()).isTrue();
        // Both can authenticate again: one with a certificate of either.
        for (int branch = 1; branch <= 2; branch++) {
            lab.branch(branch).gateway().restartCharon();
            lab.branch(branch).gateway().run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        }
        deployment.provisioner().customer().awaitCarrying(renewed, DEADLINE);
        deployment.provisioner().customer().awaitCarrying(other, DEADLINE);
    }

    /** A device that heard nothing of it has an authority fewer, and is shown what it lacks. */
    @Test
    void aBranchThatWasAwayDuringTheRollOverComesBackWithItsFormerCertificate() {
        String away = rotating.bringUp(1, "away");
        String former = authority("CURRENT");
        lab.branch(1).gateway().charon().kill();
        deployment
                .provisioner()
                .customer()
                .awaitTunnel(
                        away, DEADLINE, it -> ProvisionerApi.holds(it, "established").equals("NO"));
        JsonNode over = rotating.awaitOver(rotating.begin(Rotating.SITES_AUTHORITY));
        assertThat(Rotating.state(over)).as(over.toString()).isEqualTo("DONE");
        assertThat(authority("RETIRED")).contains(former);

        // Whatever a roll-over before this one may have left there: it knows the roots alone.
        lab.branch(1)
                .gateway()
                .shell(
                        DEADLINE,
                        "find /etc/swanctl/x509ca -type f ! -name 'sallyport-root*' -delete");
        lab.branch(1).gateway().startCharon();
        lab.branch(1).gateway().run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        deployment.provisioner().customer().awaitCarrying(away, DEADLINE);
        assertThat(issuerOfBranch(1)).contains(former);
        // Its next renewal takes it to the present one.
        lab.branch(1).gateway().run(Duration.ofMinutes(2), "/etc/sallyport/renew.sh", "now");
        assertThat(issuerOfBranch(1)).contains(authority("CURRENT"));
        deployment.provisioner().customer().awaitCarrying(away, DEADLINE);
    }

    /** Until the branch that is in this place among those that renew has come that far. */
    private void awaitSite(String rotation, int place, String state) {
        Polling.until(
                Rotating.WHOLE,
                "branch %d is %s".formatted(place, state),
                () -> rotating.show(rotation),
                it -> Rotating.state(sites(it).get(place)).equals(state));
    }

    /** The last waves but one. */
    private static List<JsonNode> sites(JsonNode rotation) {
        List<JsonNode> all = new ArrayList<>();
        rotation.path("waves").forEach(wave -> wave.path("targets").forEach(all::add));
        return all.subList(all.size() - 3, all.size() - 1);
    }

    private Pings ping(int branch) {
        return lab.branch(branch).lan().ping(lab.concentratorLan().address(), 10);
    }

    private String authority(String state) {
        return rotating.authorities("SITES", state);
    }

    private String issuerOfTheConcentratorInUse() {
        return lab.concentrator()
                .shell(
                        DEADLINE,
                        "swanctl --list-certs --type x509 | awk '/issuer:/ {issuer = $0} /has"
                                + " private key/ {print issuer}'");
    }

    private String issuerOfBranch(int branch) {
        return lab.branch(branch)
                .gateway()
                .shell(DEADLINE, "openssl x509 -in /etc/swanctl/x509/sallyport.pem -noout -issuer");
    }

    private String authoritiesOnBranch(int branch) {
        return lab.branch(branch)
                .gateway()
                .shell(
                        DEADLINE,
                        "for file in /etc/swanctl/x509ca/*; do openssl x509 -in $file -noout"
                                + " -subject; done");
    }
}
