package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.ServiceHost;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.GatewayService;
import io.sallyport.lab.product.GatewayService.Trial;
import io.sallyport.lab.product.GatewayUnit;
import io.sallyport.lab.product.Teleworker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The gateway as systemd runs it: all that its units demand is in force, and it serves. */
@ExtendWith(DeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayUnitIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    private final Teleworking teleworking;
    private final GatewayProcess gateway;
    private ServiceHost host;
    private GatewayService service;
    private Teleworker uma;

    GatewayUnitIT(Deployment deployment) {
        this.teleworking = new Teleworking(deployment);
        this.gateway = deployment.gateway();
    }

    /** A new host takes the gateway's place. */
    @BeforeAll
    void install() {
        teleworking.passwordGroup("units", ",\"dpdSeconds\":5");
        uma = teleworking.teleworker("uma", "units");
        teleworking.settle();
        gateway.process().end(SECONDS.multipliedBy(2));
        host = teleworking.lab().gateway().startServiceHost();
        service = GatewayService.install(host, gateway);
        service.train();
        service.start();
    }

    @AfterAll
    void giveBack() {
        if (host != null) {
            host.close();
        }
        gateway.setUpAnew();
        gateway.start();
        gateway.awaitListening();
    }

    @Test
    void servesOverTlsAndDtls() {
        try (OpenConnect overDtls = teleworking.client(1, "units", uma).start();
                OpenConnect overTls =
                        teleworking.client(2, "units", uma).with("--no-dtls").start()) {
            overDtls.awaitUp(DEADLINE).awaitDtls(DEADLINE);
            overTls.awaitUp(DEADLINE);
            for (int each = 1; each <= 2; each++) {
                assertThat(
                                teleworking
                                        .lab()
                                        .teleworker(each)
                                        .ping(teleworking.target(), 5)
                                        .allReceived())
                        .isTrue();
            }
        }
    }

    @Test
    void hasNoRightsAndKeepsNoSecretOfItsEnrolment() {
        assertThat(service.status("Uid").split("\t")).doesNotContain("0");
        assertThat(service.status("CapEff")).matches("0+");
        assertThat(
                        host.run(SECONDS, "capsh", "--decode=" + service.status("CapBnd"))
                                .strip()
                                .replaceFirst(".*=", "")
                                .toUpperCase(Locale.ROOT)
                                .split(","))
                .containsExactlyInAnyOrderElementsOf(GatewayUnit.read().capabilityBoundingSet());
        assertThat(service.status("NoNewPrivs")).isEqualTo("1");
        assertThat(service.status("Seccomp")).isEqualTo("2");
        // One is its own; the others are the unit's.
        assertThat(Integer.parseInt(service.status("Seccomp_filters"))).isGreaterThan(1);
        assertThat(service.log()).contains("exec=forbidden").doesNotContain("WARNING");
        assertThat(host.shell(SECONDS, "ls /etc/sallyport"))
                .isEqualTo("gateway.properties\nroot.pem\n");
    }

    @Test
    void beginsWithTheCacheOfItsTraining() {
        assertThat(service.log()).contains("event=ready").doesNotContain("AOT", "[aot]");
        assertThat(host.shell(SECONDS, "cat /proc/" + service.property("MainPID") + "/maps"))
                .contains("/var/cache/sallyport-gateway/ssl-vpn-gateway.aot");
    }

    @Test
    void eachDirectiveForbidsWhatItIsFor() throws IOException {
        host.run(SECONDS, "touch", "/tmp/of-the-host", "/root/of-the-host");
        host.run(SECONDS, "ipcmk", "--shmem", "10");
        List<Trial> allowed = new ArrayList<>();
        List<Trial> forbidden = new ArrayList<>();
        for (String probe : probes()) {
            String[] parts = probe.split(" +", 2);
            forbidden.add(new Trial(parts[1], Optional.empty()));
            allowed.add(new Trial(parts[1], Optional.of(parts[0])));
        }
        assertThat(service.tried(allowed)).containsOnly(0);
        // systemd's own statuses, of services that it could not begin, start at 200.
        assertThat(service.tried(forbidden)).allSatisfy(each -> assertThat(each).isBetween(1, 199));
    }

    private static List<String> probes() throws IOException {
        try (InputStream in = GatewayUnitIT.class.getResourceAsStream("gateway-unit-probes.txt")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    @Test
    void comesBackWhenItIsKilledAndSoDoItsClients() {
        try (OpenConnect client = teleworking.client(1, "units", uma).start().awaitUp(DEADLINE)) {
            String killed = service.property("MainPID");
            host.systemctl("kill", "--signal=KILL", GatewayService.GATEWAY);
            client.awaitCalls("reconnect", 1, DEADLINE);
            assertThat(client.told("reconnect"))
                    .containsEntry("INTERNAL_IP4_ADDRESS", client.address());
            assertThat(service.property("MainPID")).isNotEqualTo(killed);
            assertThat(service.property("NRestarts")).isEqualTo("1");
            teleworking.lab().teleworker(1).awaitReachable(teleworking.target(), SECONDS);
        }
    }

    @Test
    void endsWellWhenItIsStopped() {
        service.stop();
        try {
            assertThat(service.property("ActiveState")).isEqualTo("inactive");
            assertThat(service.property("Result")).isEqualTo("success");
            assertThat(service.property("ExecMainCode")).isEqualTo("1"); // exited: CLD_EXITED
            assertThat(service.property("ExecMainStatus")).isEqualTo("0");
        } finally {
            service.start();
        }
    }
}
