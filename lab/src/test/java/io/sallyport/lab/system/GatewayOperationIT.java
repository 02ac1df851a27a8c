package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.HostProcess;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LanHost;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.bench.RoundTrip;
import io.sallyport.lab.load.HalfOpenConnections;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What operators do to a gateway, and what else happens to it, while teleworkers are connected. */
@ExtendWith(DeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayOperationIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Executor ONE_EACH = each -> Thread.ofVirtual().start(each);
    private static final Pattern SERIAL = Pattern.compile("(?m)^serial=(\\p{XDigit}+)$");

    private final Lab lab;
    private final TeleworkerHost host;
    private final Teleworking teleworking;
    private final GatewayProcess gateway;
    private final ProvisionerProcess provisioner;
    private Teleworker finn;
    private Teleworker gina;

    GatewayOperationIT(Deployment deployment) {
        this.lab = deployment.lab();
        this.host = lab.teleworker(1);
        this.teleworking = new Teleworking(deployment);
        this.gateway = deployment.gateway();
        this.provisioner = deployment.provisioner();
    }

    @BeforeAll
    void makeTeleworkers() {
        teleworking.passwordGroup("operated", ",\"dpdSeconds\":5");
        finn = teleworking.teleworker("finn", "operated");
        gina = teleworking.teleworker("gina", "operated");
        teleworking.settle();
    }

    @Test
    void operatorsReasonIsShown() {
        try (OpenConnect client = connect(1, finn)) {
            assertThat(gateway.admin("GET", "/sessions")).contains("finn").contains("200 OK");
            assertThat(
                            gateway.admin(
                                    "DELETE", "/users/finn/sessions?message=Maintenance%20tonight"))
                    .contains("200 OK");
            client.awaitEnd(SECONDS);
            assertThat(client.log()).contains("Maintenance tonight");
        }
    }

    @Test
    void blockedTeleworkerLosesTheSession() {
        Teleworker hank = teleworking.teleworker("hank", "operated");
        try (OpenConnect client = connect(1, hank);
                OpenConnect other = connect(2, gina)) {
            teleworking
                    .customer()
                    .post("/v1/teleworkers/" + hank.id() + "/block", "", Map.of())
                    .expect(200);
            client.awaitEnd(SECONDS);
            assertThat(client.log()).contains("server disconnect");
            assertThat(other.process().isAlive()).isTrue();
        }
    }

    @Test
    void withoutProvisionerSessionsGoOnAndNewLoginsAreToldWhy() {
        try (OpenConnect client = connect(1, finn)) {
            provisioner.kill();
            try {
                assertThat(host.ping(teleworking.target(), 3).allReceived()).isTrue();
                client.process().signal(Signal.USR2);
                awaitBack(client);
                host.awaitReachable(teleworking.target(), SECONDS);
                assertThat(teleworking.client(2, "operated", gina).refused(DEADLINE))
                        .contains("The login service cannot be reached at the moment.");
            } finally {
                provisioner.start();
            }
        }
        connect(1, finn).close();
    }

    @Test
    void killedGatewayGivesItsClientsTheSameAddress() {
        try (OpenConnect client = connect(1, finn);
                OpenConnect other = connect(2, gina)) {
            gateway.process().kill();
            restart();

            awaitBack(client);
            awaitBack(other);
            host.awaitReachable(teleworking.target(), SECONDS);
        }
    }

    @Test
    void restartedGatewayHasItsClientsBackAtOnce() {
        try (OpenConnect client = connect(1, finn);
                OpenConnect other = connect(2, gina)) {
            restart();
            awaitBack(client);
            awaitBack(other);
            host.awaitReachable(teleworking.target(), SECONDS);
        }
    }

    @Test
    void gatewayTakesNoCacheThatIsNotItsOwn() {
        assertThat(logOfRestart()).contains("event=ready").doesNotContain("AOT");
        try {
            gateway.changeCachedJars();
            assertThat(logOfRestart())
                    .contains("no AOT cache of these jars", "event=ready")
                    .doesNotContain("[aot]");
            gateway.provideCache();
            gateway.spoilCache();
            // The JVM's own word.
            assertThat(logOfRestart()).contains("[aot]", "event=ready");
        } finally {
            gateway.provideCache();
        }
        restart();
        connect(1, finn).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void staplesThatItsCertificateIsGood(String version) {
        host.write("/run/root.pem", gateway.rootPem(), 0644);
        String shown =
                host.run(
                        SECONDS,
                        "bash",
                        "-c",
                        """
                        openssl s_client -status "$0" -connect "$1:443" -verify_ip "$1" \
                          -verify_return_error -no-CApath -no-CAstore -CAfile /run/root.pem \
                          </dev/null >/run/s_client 2>&1
                        cat /run/s_client; openssl x509 -in /run/s_client -noout -serial
                        """,
                        version,
                        lab.gateway().internetAddress());
        Matcher serial = SERIAL.matcher(shown);
        assertThat(serial.find()).isTrue();
        assertThat(shown)
                .contains(
                        "Verify return code: 0 (ok)",
                        "OCSP Response Status: successful (0x0)",
                        "Cert Status: good")
                .contains("Serial Number: " + serial.group(1));
    }

    @Test
    void drainedGatewayTakesNoLoginsAndThenSaysGoodbye() {
        try (OpenConnect overDtls = connect(1, finn);
                OpenConnect overTls = connect(2, gina, "--no-dtls")) {
            overDtls.awaitDtls(DEADLINE);
            assertThat(gateway.admin("POST", "/drain?seconds=6&message=Moving%20house"))
                    .contains("202");
            assertThat(teleworking.client(2, "operated", gina).refused(DEADLINE))
                    .contains("Moving house");
            assertThat(host.ping(teleworking.target(), 1).allReceived()).isTrue();
            assertThat(lab.teleworker(2).ping(teleworking.target(), 1).allReceived()).isTrue();
            overDtls.awaitEnd(SECONDS);
            overTls.awaitEnd(SECONDS);
            assertThat(overDtls.log()).contains("Moving house");
            assertThat(overTls.log()).contains("Moving house").doesNotContain("Established DTLS");
            gateway.process().awaitEnd(SECONDS);
        } finally {
            restart();
        }
    }

    @Test
    void clientThatReadsNothingHoldsUpNobody() {
        // TLS alone: over UDP a client that stops is nobody that anything would wait for.
        try (OpenConnect stuck = connect(2, gina, "--no-dtls");
                OpenConnect _ = connect(1, finn)) {
            HostProcess sink = lab.teleworker(2).serveThroughput(5201);
            HostProcess flood =
                    lab.concentratorLan()
                            .spawn(
                                    "flood",
                                    "iperf3",
                                    "--client",
                                    stuck.address(),
                                    "--forceflush",
                                    "--udp",
                                    "--length",
                                    "1200",
                                    "--bandwidth",
                                    "1G",
                                    "--time",
                                    "30");
            try {
                lab.concentratorLan()
                        .await(SECONDS, "grep -q 'local .* connected' " + flood.logFile());
                stuck.process().signal(Signal.STOP);

                long before = gateway.residentKilobytes();
                long dropped = droppedForSlowClients();
                long sent = octetsSent();
                assertThat(host.ping(teleworking.target(), 30).allReceived()).isTrue();
                Polling.until(
                        DEADLINE,
                        "1 Gbit sent",
                        () -> octetsSent() - sent,
                        octets -> octets >= 125_000_000);
                assertThat(host.ping(teleworking.target(), 10).allReceived()).isTrue();
                assertThat(droppedForSlowClients() - dropped).isGreaterThan(10_000);
                assertThat(gateway.residentKilobytes() - before).isLessThan(64L * 1024);
            } finally {
                stuck.process().signal(Signal.CONT);
                flood.kill();
                sink.kill();
            }
            lab.teleworker(2).awaitReachable(teleworking.target(), DEADLINE);
        }
    }

    @Test
    void clientsThatLoadItTogetherShareIt() {
        LanHost lan = lab.concentratorLan();
        try (OpenConnect first = connect(1, finn);
                OpenConnect second = connect(2, gina);
                OpenConnect third = connect(3, finn);
                OpenConnect fourth = connect(4, gina)) {
            List.of(first, second, third, fourth).forEach(each -> each.awaitDtls(DEADLINE));
            List<CompletableFuture<Double>> flows =
                    IntStream.rangeClosed(1, 4)
                            .mapToObj(
                                    each ->
                                            CompletableFuture.supplyAsync(
                                                    () ->
                                                            lab.teleworker(each)
                                                                    .throughputTo(
                                                                            lan,
                                                                            lan.address(),
                                                                            5201 + each,
                                                                            4),
                                                    ONE_EACH))
                            .toList();
            List<Double> shares = flows.stream().map(CompletableFuture::join).toList();
            double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
            assertThat(shares).allSatisfy(each -> assertThat(each).isGreaterThan(sum / 4 / 2));
        }
    }

    private long droppedForSlowClients() {
        return gateway.counter("sallyport_gateway_drops_total", "reason=\"client_too_slow\"");
    }

    /** By the host behind the gateway, to anybody. */
    private long octetsSent() {
        return Long.parseLong(
                lab.concentratorLan().read("/sys/class/net/eth0/statistics/tx_bytes").strip());
    }

    @Test
    void thousandHalfOpenConnectionsDisturbNobody() {
        TeleworkerHost other = lab.teleworker(2);
        try (OpenConnect overDtls = connect(1, finn);
                OpenConnect _ = connect(2, gina, "--no-dtls")) {
            overDtls.awaitDtls(DEADLINE);
            long before = gateway.residentKilobytes();
            Delay calm = delay();
            List<Delay> attacked = new ArrayList<>();
            // A source has 128 places, all have 1,024.
            HostProcess attack =
                    HalfOpenConnections.start(
                            other,
                            other.moreAddresses(10),
                            lab.gateway().internetAddress(),
                            1_000,
                            60);
            try {
                other.await(DEADLINE, "grep -q made " + attack.logFile());
                for (int i = 0; i < 8; i++) {
                    awaitNearlyThousandHeld();
                    var overTls =
                            CompletableFuture.supplyAsync(
                                    () -> other.ping(teleworking.target(), 15).allReceived());
                    assertThat(host.ping(teleworking.target(), 15).allReceived()).isTrue();
                    assertThat(overTls.join()).isTrue();
                    attacked.add(delay());
                    assertThat(gateway.residentKilobytes() - before).isLessThan(64L * 1024);
                }
                assertThat(attack.isAlive()).isTrue();
            } finally {
                attack.awaitEnd(Duration.ofSeconds(70));
            }
            assertUndelayed(calm.dtls(), attacked.stream().map(Delay::dtls).toList());
            assertUndelayed(calm.tls(), attacked.stream().map(Delay::tls).toList());
        }
    }

    /**
     * How long an echo takes, in microseconds; medians of a hundred.
     *
     * @param dtls of the first client
     * @param tls of the second
     */
    private record Delay(double dtls, double tls) {}

    /** The larger of three times as long, and two milliseconds more: what a person could notice. */
    private static void assertUndelayed(double calm, List<Double> attacked) {
        double median = attacked.stream().sorted().toList().get(attacked.size() / 2);
        assertThat(median).isLessThan(Math.max(3 * calm, calm + 2_000));
    }

    private Delay delay() {
        var tls =
                CompletableFuture.supplyAsync(
                        () -> RoundTrip.measure(lab.teleworker(2), teleworking.target()));
        return new Delay(RoundTrip.measure(host, teleworking.target()), tls.join());
    }

    /** What is closed after its ten seconds is made anew within one. */
    private void awaitNearlyThousandHeld() {
        Polling.until(
                SECONDS,
                "connections half open",
                () -> gateway.gauge("sallyport_gateway_prelogin_connections"),
                held -> held >= 950);
    }

    /** As a service manager does: SIGTERM if it still runs, then a new process. */
    private void restart() {
        gateway.process().end(SECONDS.multipliedBy(2));
        gateway.start();
        gateway.awaitListening();
    }

    private String logOfRestart() {
        int before = gateway.process().log().length();
        restart();
        return gateway.process().log().substring(before);
    }

    /** Until it has its tunnel again, with the address it had. */
    private static void awaitBack(OpenConnect client) {
        client.awaitCalls("reconnect", 1, DEADLINE);
        assertThat(client.told("reconnect"))
                .containsEntry("INTERNAL_IP4_ADDRESS", client.address());
    }

    private OpenConnect connect(int teleworker, Teleworker who, String... options) {
        return teleworking
                .client(teleworker, "operated", who)
                .with(options)
                .start()
                .awaitUp(DEADLINE);
    }
}
