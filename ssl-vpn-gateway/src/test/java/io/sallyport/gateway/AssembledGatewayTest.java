package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.datapath.Counters.Carried;
import io.sallyport.gateway.datapath.Counters.Drops;
import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.gateway.datapath.PacketFilter;
import io.sallyport.gateway.provisioner.Enrolling;
import io.sallyport.gateway.provisioner.GatewayDesired;
import io.sallyport.gateway.provisioner.GatewayIdentity;
import io.sallyport.gateway.session.AddressPool;
import io.sallyport.gateway.session.FakeTunnels;
import io.sallyport.gateway.session.SessionCookies;
import io.sallyport.node.Jobs;
import io.sallyport.node.TestPki;
import io.sallyport.node.desired.DesiredFetcher;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.SessionEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import javax.net.ssl.SSLContext;

/** All of the gateway but device and privileges, from enrolment to tunnel, on loopback. */
@Timeout(60)
class AssembledGatewayTest {
    private final FakeTunnels tunnels = new FakeTunnels();

    @TempDir Path directory;
    private FakeGatewayProvisioner provisioner;
    private SSLContext trusting;
    private Running gateway;

    @BeforeEach
    void start() throws Exception {
        provisioner = new FakeGatewayProvisioner(GatewayStates.group("staff"));
        trusting = ProvisionerTls.trusting(provisioner.server().rootPem());
        Files.writeString(directory.resolve("secret"), "one-time");
        gateway = new Running();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.stop();
        provisioner.close();
    }

    @Test
    void aTeleworkerLogsInAndGetsATunnel() throws Exception {
        try (TestClient client = client()) {
            assertThat(client.init().body()).contains("auth-request", "password");
            TestClient.Answer welcome = client.login("ada", "s3cret");
            assertThat(welcome.body()).contains("complete");
            TestClient.Answer connected = client.connect(welcome.cookie());
            assertThat(connected.head())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("X-CSTP-Address: 10.77.0.2", "X-DTLS-CipherSuite: PSK-NEGOTIATE");
            FakeTunnels.Tunnel tunnel = tunnels.await(1);
            awaitGranted(1);
            assertThat(provisioner.event().change()).isInstanceOf(SessionEvent.Started.class);
            tunnel.end(EndReason.LOGOUT);
            assertThat(provisioner.event().change())
                    .isEqualTo(new SessionEvent.Ended(SessionEvent.EndReason.LOGOUT));
            try (TestClient again = client()) {
                assertThat(again.connect(welcome.cookie()).head()).startsWith("HTTP/1.1 401 ");
            }
        }
        assertThat(gateway.assembly.service().metrics())
                .contains("sallyport_gateway_logins_total{outcome=\"accepted\"} 1")
                .contains("sallyport_gateway_connects_total{outcome=\"no_session\"} 1");
    }

    @Test
    void metricsTellWhatIsCarriedAndWhatIsNot() throws Exception {
        try (Socket stranger = new Socket()) {
            stranger.connect(address());
            stranger.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            while (!metrics().contains("handshake_failures_total{reason=\"broken_protocol\"} 1")) {
                Thread.onSpinWait();
            }
        }
        String cookie = login();
        try (TestClient client = client()) {
            client.connect(cookie);
            FakeTunnels.Tunnel tunnel = tunnels.await(1);
            awaitGranted(1); // counted only now that the session has its tunnel
            tunnel.counts(
                    new Counters(
                            new Carried(1, 1_001),
                            new Carried(2, 1_002),
                            new Carried(3, 1_003),
                            new Carried(4, 1_004),
                            new Drops(21, 22, 23, 24, 25, 26)));
            assertThat(metrics())
                    .contains("sessions{state=\"live\"} 1", "sessions{state=\"away\"} 0")
                    .contains("handshakes_total{parameters=\"TLSv1.3 TLS_AES_256_GCM_SHA384\"} 2");
            assertCarriedAndDropped();
            tunnel.end(EndReason.CLIENT_LEFT);
            assertThat(metrics())
                    .contains("sessions{state=\"live\"} 0", "sessions{state=\"away\"} 1");
            assertCarriedAndDropped();
        }
    }

    private void awaitGranted(int connects) {
        while (!metrics().contains("connects_total{outcome=\"granted\"} " + connects)) {
            Thread.onSpinWait();
        }
    }

    private void assertCarriedAndDropped() {
        assertThat(metrics())
                .contains("packets_total{channel=\"tls\",direction=\"up\"} 1")
                .contains("packets_total{channel=\"tls\",direction=\"down\"} 2")
                .contains("packets_total{channel=\"dtls\",direction=\"up\"} 3")
                .contains("packets_total{channel=\"dtls\",direction=\"down\"} 4")
                .contains("octets_total{channel=\"tls\",direction=\"up\"} 1001")
                .contains("octets_total{channel=\"tls\",direction=\"down\"} 1002")
                .contains("octets_total{channel=\"dtls\",direction=\"up\"} 1003")
                .contains("octets_total{channel=\"dtls\",direction=\"down\"} 1004")
                .contains("drops_total{reason=\"spoofed\"} 21")
                .contains("drops_total{reason=\"malformed\"} 22")
                .contains("drops_total{reason=\"denied\"} 23")
                .contains("drops_total{reason=\"over_limit\"} 24")
                .contains("drops_total{reason=\"client_too_slow\"} 25")
                .contains("drops_total{reason=\"too_long\"} 26");
    }

    /** A line each, without the prefix that all have. */
    private List<String> metrics() {
        return gateway.assembly
                .service()
                .metrics()
                .lines()
                .map(line -> line.replaceFirst("^sallyport_gateway_", ""))
                .toList();
    }

    @Test
    void aWrongPasswordIsAskedAgain() throws Exception {
        try (TestClient client = client()) {
            client.init();
            assertThat(client.login("ada", "wrong").body()).contains("Login failed.", "password");
            assertThat(client.login("ada", "s3cret").body()).contains("complete");
        }
    }

    @Test
    void withoutTheProvisionerSessionsGoOnAndLoginsAreRefusedClearly() throws Exception {
        String cookie = login();
        provisioner.server().stop();
        try (TestClient client = client()) {
            client.init();
            TestClient.Answer refused = client.login("ada", "s3cret");
            assertThat(refused.body()).contains("cannot be reached").doesNotContain("complete");
        }
        try (TestClient client = client()) {
            assertThat(client.connect(cookie).head()).startsWith("HTTP/1.1 200 ");
            tunnels.await(1);
        }
    }

    @Test
    void aGatewayThatWasKilledKnowsItsClientsAgainEvenWithoutTheProvisioner() throws Exception {
        String cookie = login();
        String address;
        try (TestClient client = client()) {
            address = addressOf(client.connect(cookie));
            tunnels.await(1);
        }
        gateway.stop();
        provisioner.server().stop();
        gateway = new Running();
        try (TestClient client = client()) {
            assertThat(addressOf(client.connect(cookie))).isEqualTo(address);
            tunnels.await(2);
        }
    }

    @Test
    void aBlockedTeleworkerLosesTheLiveSession() throws Exception {
        String cookie = login();
        try (TestClient client = client()) {
            client.connect(cookie);
            FakeTunnels.Tunnel tunnel = tunnels.await(1);
            provisioner.event();
            provisioner.end(gateway.assembly.service().sessions().getFirst().session(), "Blocked.");
            assertThat(provisioner.event().change())
                    .isEqualTo(new SessionEvent.Ended(SessionEvent.EndReason.DISCONNECTED));
            assertThat(tunnel.farewell()).isEqualTo("Blocked.");
        }
    }

    @Test
    void aRenewedCertificateIsServedWithoutARestart() throws Exception {
        X509Certificate before = served();
        X509Certificate renewed = provisioner.server().pki().issue(before.getPublicKey());
        provisioner.renew(TestPki.pem(renewed));
        while (!served().equals(renewed)) {
            Thread.onSpinWait();
        }
        provisioner.renew(
                TestPki.pem(provisioner.server().pki().issue(TestPki.newKey().getPublic())));
        while (gateway.assembly.service().problems().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(served()).isEqualTo(renewed);
        assertThat(gateway.assembly.service().trouble()).isPresent();
    }

    /** Who revokes a certificate waits for the version with the list that names it. */
    @Test
    void aVersionIsToldWhenItIsInForceAndNotBefore() throws Exception {
        gateway.metricsBeforeVersions.take();
        provisioner.renew(TestPki.pem(provisioner.server().pki().issue(served().getPublicKey())));
        assertThat(gateway.metricsBeforeVersions.take()).contains("desired_version 1\n");
        while (!metrics().contains("desired_version 2")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aDrainTellsWhoLogsInAndEndsTheGateway() throws Exception {
        String cookie = login();
        try (TestClient client = client()) {
            client.connect(cookie);
            FakeTunnels.Tunnel tunnel = tunnels.await(1);
            gateway.assembly.service().drain(Duration.ofHours(1), "The gateway moves.");
            try (TestClient late = client()) {
                assertThat(late.init().body()).contains("The gateway moves.");
            }
            gateway.assembly.service().drain(Duration.ZERO, "The gateway moves.");
            gateway.ended.await();
            assertThat(tunnel.farewell()).isEqualTo("The gateway moves.");
        }
    }

    @Test
    void connectionsThatSayNothingAreBounded() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(SocketChannel.open(address()));
            }
            while (!gateway.assembly
                    .service()
                    .metrics()
                    .contains("prelogin_rejects_total{reason=\"too_many_from_source\"} 72")) {
                Thread.onSpinWait();
            }
            assertThat(gateway.assembly.service().metrics())
                    .contains("sallyport_gateway_prelogin_connections 128");
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
        while (!gateway.assembly
                .service()
                .metrics()
                .contains("sallyport_gateway_prelogin_connections 0")) {
            Thread.onSpinWait();
        }
        assertThat(login()).hasSize(66);
    }

    private String login() throws IOException {
        try (TestClient client = client()) {
            client.init();
            return client.login("ada", "s3cret").cookie();
        }
    }

    private X509Certificate served() throws IOException {
        try (TestClient client = client()) {
            return (X509Certificate) client.socket().getSession().getPeerCertificates()[0];
        }
    }

    private static String addressOf(TestClient.Answer connected) {
        int at = connected.head().indexOf("X-CSTP-Address: ");
        return connected.head().substring(at, connected.head().indexOf('\r', at));
    }

    private TestClient client() throws IOException {
        return new TestClient(trusting, address().getPort());
    }

    private InetSocketAddress address() throws IOException {
        return (InetSocketAddress) gateway.tcp.getLocalAddress();
    }

    /** A gateway that runs, with the state directory of this test. */
    private final class Running {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final BlockingQueue<String> metricsBeforeVersions = new LinkedBlockingQueue<>();
        private final Jobs jobs = new Jobs();
        private final StateDirectory state = StateDirectory.open(directory.resolve("state"));
        private final ProvisionerConnection connection;
        private final ServerSocketChannel tcp;
        private final Assembly assembly;
        private final Thread thread;

        Running() throws Exception {
            GatewayIdentity node;
            try (ProvisionerConnection api = new ProvisionerConnection(trusting)) {
                node =
                        GatewayIdentity.of(
                                new Enrolling(
                                                state,
                                                KeySeal.at(directory.resolve("node.key")),
                                                provisioner.url(),
                                                directory.resolve("secret"),
                                                Gateway.backoff(Duration.ofSeconds(1)),
                                                new SecureRandom())
                                        .enrol(api)
                                        .current());
            }
            connection =
                    new ProvisionerConnection(
                            ProvisionerTls.mutual(
                                    provisioner.server().rootPem(),
                                    node.clientKey(),
                                    node.clientChainPem()));
            DesiredStore<GatewayState> desired = GatewayDesired.open(state, node.gateway());
            Changes changes = new Changes();
            DesiredFetcher fetcher =
                    new DesiredFetcher(
                            connection,
                            node.resource("desired"),
                            desired,
                            Gateway.backoff(Duration.ofSeconds(1)),
                            DesiredFetcher.LIMIT,
                            changes);
            jobs.start("fetch", fetcher::run);
            changes.awaitFirst(desired);
            assembly =
                    Assembly.of(
                            Clock.systemUTC(),
                            new SecureRandom(),
                            state,
                            SessionCookies.open(
                                    state,
                                    KeySeal.at(directory.resolve("node.key")),
                                    new SecureRandom()),
                            node,
                            desired,
                            new AddressPool(GatewayStates.POOL_V4),
                            Optional.of(new AddressPool(GatewayStates.POOL_V6)),
                            tunnels,
                            Map::of,
                            PacketFilter::compile,
                            connection,
                            connection);
            changes.follow(
                    () -> {
                        metricsBeforeVersions.add(assembly.service().metrics());
                        assembly.service().apply();
                    });
            tcp =
                    ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            thread =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            assembly.run(
                                                    jobs,
                                                    tcp,
                                                    new Ports(0, 0, 0),
                                                    fetcher::contact);
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        } catch (InterruptedException _) {
                                            // told to end
                                        } finally {
                                            assembly.stop(jobs, Duration.ofSeconds(4));
                                            ended.countDown();
                                        }
                                    });
        }

        void stop() throws Exception {
            thread.interrupt();
            thread.join();
            connection.close();
            tcp.close();
            state.close();
        }
    }
}
