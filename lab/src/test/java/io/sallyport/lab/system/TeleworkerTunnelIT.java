package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Capture;
import io.sallyport.lab.CommandOutput;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LanHost;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Teleworker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;

/** What a tunnel of the stock client carries and survives. */
@ExtendWith(DeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TeleworkerTunnelIT {
    private static final Duration SHORT = Duration.ofSeconds(10);

    /** A port at the target that nobody listens on. */
    private static final int CLOSED = 9;

    private final Deployment deployment;
    private final Lab lab;
    private final TeleworkerHost host;
    private final Teleworking teleworking;
    private Teleworker eve;

    /** One that has come back from a cut of UDP when all tests are over. */
    private OpenConnect patient;

    TeleworkerTunnelIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.host = lab.teleworker(1);
        this.teleworking = new Teleworking(deployment);
    }

    @BeforeAll
    void makeTeleworkers() {
        teleworking.passwordGroup(
                "tunnels",
                """
                ,"dnsServers":["10.10.0.53"],"defaultDomain":"lab.example","splitDns":["lab.example","other.example"],
                "banner":"Welcome to the lab","excludeRoutes":["10.10.0.128/25"]
                """);
        teleworking.passwordGroup("quick", ",\"dpdSeconds\":2");
        teleworking.passwordGroup("rekeyed", ",\"rekeySeconds\":4");
        teleworking.passwordGroup("idle", ",\"idleTimeoutSeconds\":3");
        teleworking.passwordGroup("brief", ",\"sessionTimeoutSeconds\":4");
        teleworking.passwordGroup("slow", ",\"bandwidthUpBitsPerSecond\":5000000");
        teleworking.passwordGroup(
                "limited",
                """
                ,"firewall":[{"action":"allow","network":"10.10.0.0/24","protocol":"icmp"},
                {"action":"allow","network":"10.10.0.10/32","protocol":"tcp","portFrom":5201}]
                """);
        teleworking.group("branches", "\"PASSWORD\"", List.of("10.10.0.0/24", "10.20.0.0/16"), "");
        eve =
                teleworking.teleworker(
                        "eve",
                        "tunnels",
                        "quick",
                        "rekeyed",
                        "idle",
                        "brief",
                        "slow",
                        "limited",
                        "branches");
        teleworking.settle();
    }

    @AfterEach
    void restore() {
        lab.internet().restoreAll();
    }

    @AfterAll
    void leave() {
        if (patient != null) {
            patient.close();
        }
    }

    /** First, as the other host has one tunnel alone later on. */
    @Test
    @Order(0)
    void cookieGivesTheSameAddressToAClientThatComesFromElsewhere() {
        TeleworkerHost other = lab.teleworker(2);
        String cookie = teleworking.client(1, "tunnels", eve).authenticate(DEADLINE);
        String address;
        try (OpenConnect here =
                teleworking.client(1, "tunnels").cookie(cookie).start().awaitUp(DEADLINE)) {
            address = here.address();
            here.process().signal(Signal.HUP);
            here.awaitEnd(SHORT);
        }
        try (OpenConnect there =
                teleworking.client(2, "tunnels").cookie(cookie).start().awaitUp(DEADLINE)) {
            assertThat(there.address()).isEqualTo(address);
            assertThat(other.ping(teleworking.target(), 2).allReceived()).isTrue();
        }
    }

    @Test
    @Order(1)
    void trafficGoesOnOverTlsWhenUdpIsCut() {
        TeleworkerHost other = lab.teleworker(2);
        patient = teleworking.client(2, "quick", eve).start().awaitUp(DEADLINE);
        patient.awaitDtls(DEADLINE);
        assertThat(other.ping(teleworking.target(), 2).allReceived()).isTrue();

        lab.internet().cutUdp(other.internetAddress());

        patient.awaitLine("DTLS Dead Peer Detection detected dead peer|DTLS.*disconnect", DEADLINE);
        other.awaitReachable(teleworking.target(), DEADLINE);
        assertThat(other.ping(teleworking.target(), 3).allReceived()).isTrue();
    }

    @Test
    @Order(2)
    void dtlsCarriesBothFamiliesBothWaysAndTheScriptIsToldAll() {
        try (OpenConnect client = teleworking.client(1, "tunnels", eve).start().awaitUp(DEADLINE)) {
            assertThat(client.log())
                    .contains("Established DTLS connection")
                    .contains("(DTLS1.2)-(PSK)-(AES-256-GCM)");
            assertThat(client.told("connect"))
                    .containsEntry("CISCO_BANNER", "Welcome to the lab")
                    .containsEntry("INTERNAL_IP4_DNS", "10.10.0.53")
                    .containsEntry("CISCO_DEF_DOMAIN", "lab.example")
                    .containsEntry("CISCO_SPLIT_DNS", "other.example,lab.example")
                    .containsEntry("CISCO_SPLIT_INC_0_ADDR", "10.10.0.0")
                    .containsEntry("CISCO_SPLIT_INC_0_MASKLEN", "24")
                    .containsEntry("CISCO_SPLIT_EXC_0_ADDR", "10.10.0.128")
                    .containsEntry("CISCO_SPLIT_EXC_0_MASKLEN", "25")
                    .containsKey("INTERNAL_IP6_ADDRESS");
            assertThat(host.ping(teleworking.target(), 3).allReceived()).isTrue();
            assertThat(host.ping(lab.concentratorLan().addressV6(), 3).allReceived()).isTrue();
            assertThat(lab.concentratorLan().ping(client.address(), 3).allReceived()).isTrue();
            assertThat(lab.concentratorLan().ping(client.addressV6(), 3).allReceived()).isTrue();
            assertThat(host.throughputTo(lab.concentratorLan(), 1)).isPositive();
            assertThat(host.throughputV6To(lab.concentratorLan(), 1)).isPositive();
        }
    }

    @Test
    @Order(2)
    void hostBehindABranchIsReachedThroughTheConcentrator() {
        LanHost behind = lab.branch(1).lan();
        deployment.bringUp(lab.branch(1).gateway(), "teleworked");
        try (OpenConnect client =
                teleworking.client(1, "branches", eve).start().awaitUp(DEADLINE)) {
            host.awaitReachable(behind.address(), DEADLINE);
            assertThat(host.ping(behind.address(), 3).allReceived()).isTrue();
            assertThat(behind.ping(client.address(), 3).allReceived()).isTrue();
            assertThat(teleworking.gateway().user()).isEqualTo("sallyport");
        }
    }

    @Test
    @Order(2)
    void trafficGoesOnWhenTheClientsUdpComesFromElsewhere() {
        try (OpenConnect client = teleworking.client(1, "quick", eve).start().awaitUp(DEADLINE)) {
            client.awaitDtls(DEADLINE);
            assertThat(host.ping(teleworking.target(), 2).allReceived()).isTrue();

            lab.internet().moveUdp(host.internetAddress(), host.udpPort(), 999);

            host.awaitReachable(teleworking.target(), DEADLINE);
            client.awaitLines("Established DTLS connection", 2, DEADLINE);
            assertThat(host.ping(teleworking.target(), 3).allReceived()).isTrue();
        }
    }

    @Test
    @Order(2)
    void dtlsReturnsWhenTheClientsUdpComesFromAnotherAddress() {
        try (OpenConnect client = teleworking.client(1, "quick", eve).start().awaitUp(DEADLINE)) {
            client.awaitDtls(DEADLINE);

            String seen = lab.internet().moveUdp(host.internetAddress());

            host.awaitReachable(teleworking.target(), DEADLINE);
            client.awaitLines("Established DTLS connection", 2, DEADLINE);
            try (Capture capture = lab.gateway().capture()) {
                assertThat(host.ping(teleworking.target(), 3).allReceived()).isTrue();
                assertThat(capture.packets("udp and host " + seen)).isPositive();
                assertThat(capture.packets("udp and host " + host.internetAddress())).isZero();
            }
        }
    }

    @Test
    @Order(2)
    void tlsAloneCarriesBothFamilies() {
        try (OpenConnect client =
                teleworking.client(1, "tunnels", eve).with("--no-dtls").start().awaitUp(DEADLINE)) {
            assertThat(client.log()).contains("TLS1.3").doesNotContain("Established DTLS");
            assertThat(host.ping(teleworking.target(), 2).allReceived()).isTrue();
            assertThat(host.ping(lab.concentratorLan().addressV6(), 2).allReceived()).isTrue();
            assertThat(host.throughputTo(lab.concentratorLan(), 1)).isPositive();
            assertThat(host.throughputV6To(lab.concentratorLan(), 1)).isPositive();
        }
    }

    @Test
    @Order(2)
    void tls12CarriesTraffic() {
        try (OpenConnect client =
                teleworking
                        .client(1, "tunnels", eve)
                        .with("--gnutls-priority", "NORMAL:-VERS-TLS1.3")
                        .start()
                        .awaitUp(DEADLINE)) {
            assertThat(client.log()).contains("TLS1.2").contains("Established DTLS");
            assertThat(host.ping(teleworking.target(), 2).allReceived()).isTrue();
        }
    }

    @Test
    @Order(2)
    void reconnectedClientKeepsItsAddress() {
        try (OpenConnect client = teleworking.client(1, "tunnels", eve).start().awaitUp(DEADLINE)) {
            String address = client.address();

            client.process().signal(Signal.USR2);

            client.awaitCalls("reconnect", 1, DEADLINE);
            assertThat(client.told("reconnect")).containsEntry("INTERNAL_IP4_ADDRESS", address);
            host.awaitReachable(teleworking.target(), SHORT);
        }
    }

    @Test
    @Order(2)
    void cookieWorksUntilTheClientSaysGoodbye() {
        String cookie = teleworking.client(1, "tunnels", eve).authenticate(DEADLINE);
        String address;
        try (OpenConnect first =
                teleworking.client(1, "tunnels").cookie(cookie).start().awaitUp(DEADLINE)) {
            address = first.address();
            first.process().signal(Signal.HUP);
            first.awaitEnd(SHORT);
        }
        try (OpenConnect second =
                teleworking.client(1, "tunnels").cookie(cookie).start().awaitUp(DEADLINE)) {
            assertThat(second.address()).isEqualTo(address);
        }
        assertThat(teleworking.client(1, "tunnels").cookie(cookie).refused(DEADLINE))
                .contains("Cookie was rejected");
    }

    @Test
    @Order(2)
    void clientComesBackToItsAddressAfterTheNetworkWasAway() {
        try (OpenConnect client = teleworking.client(1, "quick", eve).start().awaitUp(DEADLINE)) {
            lab.internet().cut(host.internetAddress());
            client.awaitLine("Dead Peer Detection detected dead peer", DEADLINE);
            client.awaitCalls("attempt-reconnect", 1, DEADLINE);
            lab.internet().restoreAll();

            client.awaitCalls("reconnect", 1, DEADLINE);
            assertThat(client.told("reconnect"))
                    .containsEntry("INTERNAL_IP4_ADDRESS", client.address());
            host.awaitReachable(teleworking.target(), SHORT);
        }
    }

    @Test
    @Order(2)
    void newTunnelTakesOverWhenKeysAreOld() {
        try (OpenConnect client = teleworking.client(1, "rekeyed", eve).start().awaitUp(DEADLINE)) {
            client.awaitLines("Got CONNECT response: HTTP/1.1 200", 2, DEADLINE);
            host.awaitReachable(teleworking.target(), SHORT);
            assertThat(host.ping(teleworking.target(), 1).allReceived()).isTrue();
        }
    }

    @Test
    @Order(2)
    void idleSessionEndsAndTheUserIsToldWhy() {
        try (OpenConnect client = teleworking.client(1, "idle", eve).start().awaitUp(DEADLINE)) {
            client.awaitEnd(DEADLINE);
            assertThat(client.log()).containsPattern("(?i)server disconnect.*(idle|traffic)");
        }
    }

    @Test
    @Order(2)
    void sessionEndsAfterItsTimeAndTheUserIsToldWhy() {
        try (OpenConnect client = teleworking.client(1, "brief", eve).start().awaitUp(DEADLINE)) {
            client.awaitEnd(DEADLINE);
            assertThat(client.log()).containsPattern("(?i)server disconnect.*(time|expired|limit)");
        }
    }

    @Test
    @Order(2)
    void bandwidthIsLimited() {
        try (OpenConnect _ = teleworking.client(1, "slow", eve).start().awaitUp(DEADLINE)) {
            assertThat(host.throughputTo(lab.concentratorLan(), 3)).isBetween(1.0, 8.0);
        }
    }

    @Test
    @Order(2)
    void firewallLetsThroughWhatTheGroupMay() {
        try (OpenConnect _ = teleworking.client(1, "tunnels", eve).start().awaitUp(DEADLINE)) {
            // The target itself answers that nobody listens.
            assertThat(connect(CLOSED).status()).isEqualTo(1);
        }
        try (OpenConnect _ = teleworking.client(1, "limited", eve).start().awaitUp(DEADLINE)) {
            assertThat(host.ping(teleworking.target(), 1).allReceived()).isTrue();
            assertThat(host.throughputTo(lab.concentratorLan(), 1)).isPositive();
            assertThat(connect(CLOSED).status()).isEqualTo(99);
        }
    }

    /** Status 1 when refused, 99 when nothing comes back. */
    private CommandOutput connect(int port) {
        return host.tryRun(
                SHORT,
                "bash",
                "-c",
                "timeout 2 bash -c '</dev/tcp/%s/%d'; s=$?; [ $s != 124 ] || s=99; exit $s"
                        .formatted(teleworking.target(), port));
    }

    @Test
    @Order(2)
    void packetsWithAForeignSourceGoNowhere() {
        try (OpenConnect client = teleworking.client(1, "tunnels", eve).start().awaitUp(DEADLINE);
                Capture capture = lab.concentratorLan().capture()) {
            String tun = client.told("connect").get("TUNDEV");
            host.run(SHORT, "ip", "address", "add", "10.30.100.200/32", "dev", tun);
            host.tryRun(
                    SHORT,
                    "ping",
                    "-c",
                    "3",
                    "-i",
                    "0.2",
                    "-W",
                    "1",
                    "-I",
                    "10.30.100.200",
                    teleworking.target());
            assertThat(host.ping(teleworking.target(), 1).allReceived()).isTrue();
            assertThat(capture.packets("host 10.30.100.200")).isZero();
            assertThat(capture.packets("icmp and host " + client.address())).isPositive();
        }
    }

    @Test
    @Order(3)
    void dtlsReturnsWhenUdpDoes() {
        // The client tries once a minute.
        patient.awaitLines("Established DTLS connection", 2, Duration.ofSeconds(90));
        assertThat(lab.teleworker(2).ping(teleworking.target(), 2).allReceived()).isTrue();
    }
}
