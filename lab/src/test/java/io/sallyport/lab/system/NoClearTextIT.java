package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.sallyport.lab.Capture;
import io.sallyport.lab.EndHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;

/**
 * While a tunnel is down no packet for the far side leaves in clear text, on either side; the
 * internet is watched.
 */
@ExtendWith(DeploymentExtension.class)
class NoClearTextIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Where probe addresses are (RFC 6598); nothing else in the lab is. */
    private static final String PROBED = "net 100.64.0.0/10";

    private final Deployment deployment;
    private final Lab lab;
    private final Lab.Branch branch;

    NoClearTextIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1);
    }

    @AfterEach
    void restoreInternet() {
        lab.internet().restoreAll();
    }

    @Test
    void concentratorKeepsPacketsInBeforeTheBranchHasEverDialledIn() {
        String order = deployment.order(branch.gateway(), "silent").path("id").asText();
        deployment.provisioner().customer().awaitOrder(order, DEADLINE);
        try (Capture capture = lab.internet().capture()) {
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 5).received()).isZero();
            assertThat(capture.packets(clearText())).isZero();
        }
    }

    @Test
    void bothSidesKeepPacketsInWhenTheTunnelGoesDown() {
        String tunnel = deployment.bringUp(branch.gateway(), "leaky");
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        try (Capture capture = lab.internet().capture()) {
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).allReceived())
                    .isTrue();
            // Both LANs go on sending through all of it: the time in which each side notices, the
            // death of each charon (and with it of its TUN device), and the concentrator's new
            // charon, which knows nothing at first.
            try (EndHost.SteadyPing out =
                            branch.lan().keepPinging(lab.concentratorLan().address());
                    EndHost.SteadyPing back =
                            lab.concentratorLan().keepPinging(branch.lan().address())) {
                lab.internet().cut(branch.gateway().internetAddress());
                lab.concentrator().awaitNoSas(DEADLINE);
                branch.gateway().charon().kill();
                lab.concentrator().charon().kill();
                awaitLoaded(tunnel, "NO");
                lab.concentrator().startCharon();
                awaitLoaded(tunnel, "YES");
                assertThat(out.isSending()).isTrue();
                assertThat(back.isSending()).isTrue();
            }
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).received()).isZero();
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 3).received()).isZero();
            assertThat(capture.packets(clearText())).isZero();
            assertThat(capture.packets("udp port 4500")).isPositive();
        }
    }

    /** What its installer left there, and what its systemd starts before its network. */
    @Test
    void branchKeepsPacketsInFromItsStartOnAndComesUpByItself() {
        String tunnel = deployment.bringUp(branch.gateway(), "restarted");
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        branch.gateway().charon().kill();
        branch.gateway()
                .shell(
                        DEADLINE,
                        "ip route flush type blackhole; ip address flush dev lo scope global");
        try (Capture capture = lab.internet().capture()) {
            branch.lan().ping(lab.concentratorLan().address(), 3);
            assertThat(capture.packets(clearText())).as("seen here when they leave").isPositive();
        }
        branch.gateway().shell(DEADLINE, startOf("sallyport-routes.service"));
        try (Capture capture = lab.internet().capture()) {
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).received()).isZero();
            branch.gateway().startCharon();
            // Debian's strongswan.service does so.
            branch.gateway().swanctl("--load-all", "--noprompt");
            deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).allReceived())
                    .isTrue();
            assertThat(capture.packets(clearText())).isZero();
        }
    }

    /** What its systemd starts before its network, long before our process and charon. */
    @Test
    void concentratorKeepsPacketsInFromTheStartOfItsHostOn() {
        String tunnel = deployment.bringUp(branch.gateway(), "hub-restarted");
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        deployment.concentrator().process().kill();
        lab.concentrator().charon().kill();
        lab.concentrator().shell(DEADLINE, "ip route flush type blackhole");
        try (Capture capture = lab.internet().capture()) {
            lab.concentratorLan().ping(branch.lan().address(), 3);
            assertThat(capture.packets(clearText())).as("seen here when they leave").isPositive();
        }
        deployment.concentrator().restoreRoutes();
        try (Capture capture = lab.internet().capture()) {
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 3).received()).isZero();
            lab.concentrator().startCharon();
            deployment.concentrator().start();
            // Nobody has told the provisioner yet that it did not carry meanwhile.
            lab.concentrator().awaitChild("lan", DEADLINE);
            deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 3).allReceived())
                    .isTrue();
            assertThat(capture.packets(clearText())).isZero();
        }
    }

    @Test
    void tunnelIsProbedThroughItselfOnceASecond() {
        String tunnel = deployment.bringUp(branch.gateway(), "probed");
        deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        try (Capture internet = lab.internet().capture();
                Capture inside = branch.gateway().capture()) {
            List<Double> seconds =
                    inside.awaitTimes("icmp[icmptype] == icmp-echo and " + PROBED, 6);
            double took = seconds.get(5) - seconds.getFirst();
            assertThat(took).as("%s", seconds).isCloseTo(5, offset(0.9));
            assertThat(internet.packets(PROBED)).isZero();
        }
    }

    private String startOf(String unit) {
        return branch.gateway()
                .shell(DEADLINE, "sed -n 's/^ExecStart=//p' /etc/systemd/system/" + unit);
    }

    private void awaitLoaded(String tunnel, String holds) {
        deployment
                .provisioner()
                .customer()
                .awaitTunnel(
                        tunnel,
                        DEADLINE,
                        found -> ProvisionerApi.holds(found, "loaded").equals(holds));
    }

    private String clearText() {
        return "(net %s and net %s) or %s"
                .formatted(
                        lab.concentrator().protectedNetwork(),
                        branch.gateway().protectedNetwork(),
                        PROBED);
    }
}
