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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

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

    /** Several networks, of both address families: more than the lab's own branches have. */
    @Test
    @Order(5)
    void sampleOfTheDeviceFamilyIsLoaded() throws IOException {
        branch.gateway().reset();
        branch.gateway().startCharon();
        Path golden = Lab.repository().resolve("site-templates/strongswan/sample/golden");
        try (Stream<Path> files = Files.walk(golden.resolve("etc/swanctl"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                branch.gateway().write("/" + golden.relativize(file), Files.readString(file), 0600);
            }
        }
        // Its PKCS#12 file is not among the samples.
        branch.gateway().run(DEADLINE, "rm", "/etc/swanctl/conf.d/sallyport-secrets.conf");
        branch.gateway().swanctl("--load-all", "--noprompt");
        assertThat(branch.gateway().swanctl("--list-conns"))
                .contains("local:  10.1.1.0/24 10.1.2.0/24 100.64.0.1/32")
                .contains("remote: 10.0.0.0/24 2001:db8:1::/48")
                .contains("id: lyon.acme.sallyport.internal")
                .contains("id: hub.concentrators.sallyport.internal");
    }

    private String clearText() {
        return "net %s and net %s"
                .formatted(
                        lab.concentrator().protectedNetwork(), branch.gateway().protectedNetwork());
    }
}
