package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/**
 * The lab itself: two gateways that only strongSwan's own tools configure. No part of the product
 * runs.
 */
@ExtendWith(LabExtension.class)
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoGatewaysIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Lab lab;
    private final Lab.Branch branch;

    private FileConfiguredSites sites;

    TwoGatewaysIT(Lab lab) {
        this.lab = lab;
        this.branch = lab.branch(1);
    }

    @BeforeAll
    void configureByFiles() {
        sites = FileConfiguredSites.write(lab.concentrator(), branch.gateway());
        lab.concentrator().startCharon();
        branch.gateway().startCharon();
        sites.loadConcentrator();
    }

    @AfterAll
    void removeConfiguration() {
        branch.gateway().reset();
        lab.concentrator().charon().end(DEADLINE);
        lab.concentrator().run(DEADLINE, "ip", "route", "flush", "type", "blackhole");
    }

    @Test
    @Order(1)
    void withoutTunnelPacketsForTheFarSideLeaveInClearText() {
        try (Capture capture = lab.internet().capture()) {
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).received()).isZero();
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 3).received()).isZero();
            assertThat(capture.packets(clearText())).isEqualTo(6);
        }
    }

    @Test
    @Order(2)
    void blackholeRoutesKeepThemIn() {
        branch.gateway()
                .run(
                        DEADLINE,
                        "ip",
                        "route",
                        "add",
                        "blackhole",
                        lab.concentrator().protectedNetwork());
        lab.concentrator()
                .run(
                        DEADLINE,
                        "ip",
                        "route",
                        "add",
                        "blackhole",
                        branch.gateway().protectedNetwork());
        try (Capture capture = lab.internet().capture()) {
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 3).received()).isZero();
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 3).received()).isZero();
            assertThat(capture.packets(clearText())).isZero();
        }
    }

    @Test
    @Order(3)
    void tunnelCarriesLanTrafficAndTheInternetSeesOnlyEsp() {
        sites.loadAndInitiateBranch();
        try (Capture capture = lab.internet().capture()) {
            assertThat(branch.lan().ping(lab.concentratorLan().address(), 5).allReceived())
                    .isTrue();
            assertThat(lab.concentratorLan().ping(branch.lan().address(), 5).allReceived())
                    .isTrue();
            assertThat(branch.lan().throughputTo(lab.concentratorLan(), 1)).isPositive();
            assertThat(capture.packets(clearText())).isZero();
            assertThat(capture.packets("udp port 4500")).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    @Order(4)
    void cutInternetIsNoticedByDeadPeerDetection() {
        lab.internet().cut(branch.gateway().internetAddress());
        try {
            lab.concentrator().awaitNoSas(Duration.ofSeconds(40));
        } finally {
            lab.internet().restoreAll();
        }
    }

    private String clearText() {
        return "net %s and net %s"
                .formatted(
                        lab.concentrator().protectedNetwork(), branch.gateway().protectedNetwork());
    }
}
