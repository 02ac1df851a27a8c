package io.sallyport.gateway.provisioner;

import static io.sallyport.node.FakeProvisioner.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.login.LoginUnavailable;
import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class LoginsTest {
    private static final LoginRequest REQUEST =
            new LoginRequest(
                    "staff",
                    Optional.of("ada"),
                    Optional.of("s3cret"),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    IpAddress.parse("192.0.2.1"),
                    Optional.empty());
    private static final LoginDecision.Refused REFUSED =
            new LoginDecision.Refused(LoginDecision.Reason.CREDENTIALS, "Login failed.", 0);

    private final CountDownLatch hang = new CountDownLatch(1);
    private FakeProvisioner provisioner;
    private ProvisionerConnection connection;
    private Logins logins;
    private LoginRequest asked;

    @BeforeEach
    void start() throws IOException {
        provisioner = new FakeProvisioner(true);
        connection = provisioner.connection();
        logins = new Logins(connection, provisioner.url("/logins"), Duration.ofSeconds(5), 1);
    }

    @AfterEach
    void stop() {
        hang.countDown();
        connection.close();
        provisioner.close();
    }

    @Test
    void theProvisionerDecides() throws Exception {
        provisioner.on(
                "/logins",
                exchange -> {
                    asked =
                            WireJson.decode(
                                    exchange.getRequestBody().readAllBytes(), LoginRequest.class);
                    answer(exchange, 200, WireJson.encode(REFUSED));
                });
        assertThat(logins.decide(REQUEST)).isEqualTo(REFUSED);
        assertThat(asked).isEqualTo(REQUEST);
    }

    @Test
    void loginsAtOnceWaitForTheirTurn() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        provisioner.on(
                "/logins",
                exchange -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    exchange.getRequestBody().readAllBytes();
                    inside.decrementAndGet();
                    answer(exchange, 200, WireJson.encode(REFUSED));
                });
        List<Future<LoginDecision>> all = new ArrayList<>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                all.add(tasks.submit(() -> logins.decide(REQUEST)));
            }
        }
        for (Future<LoginDecision> each : all) {
            assertThat(each.get()).isEqualTo(REFUSED);
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void aProvisionerThatIsAwayDecidesNothing() {
        provisioner.stop();
        assertThatThrownBy(() -> logins.decide(REQUEST))
                .isInstanceOf(LoginUnavailable.class)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aProvisionerThatHangsDecidesNothing() {
        logins = new Logins(connection, provisioner.url("/logins"), Duration.ofMillis(200), 1);
        provisioner.on(
                "/logins",
                _ -> {
                    try {
                        hang.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
        assertThatThrownBy(() -> logins.decide(REQUEST)).isInstanceOf(LoginUnavailable.class);
    }

    @Test
    void anAnswerThatIsNoDecisionLetsNobodyIn() {
        for (String body :
                List.of("", "{}", "{\"decision\":\"accepted\"}", "{\"decision\":\"x\"}", "null")) {
            provisioner.on(
                    "/" + body.length() + "/logins",
                    exchange -> answer(exchange, 200, body.getBytes(StandardCharsets.UTF_8)));
            logins =
                    new Logins(
                            connection,
                            provisioner.url("/" + body.length() + "/logins"),
                            Duration.ofSeconds(5),
                            1);
            assertThatThrownBy(() -> logins.decide(REQUEST))
                    .as(body)
                    .isInstanceOf(LoginUnavailable.class);
        }
    }

    @Test
    void anErrorLetsNobodyIn() {
        provisioner.on("/logins", exchange -> answer(exchange, 503, WireJson.encode(REFUSED)));
        assertThatThrownBy(() -> logins.decide(REQUEST)).isInstanceOf(LoginUnavailable.class);
    }
}
