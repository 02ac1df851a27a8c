package io.sallyport.provisioner;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeysInForce;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.SessionReport;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway as far as the provisioner can tell: it enrols, fetches, asks and reports. */
public final class TestGateway {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final RunningProvisioner provisioner;
    private final GatewayEnrolment.Answer enrolment;
    private HttpClient client;
    private HttpClient former;
    private UUID trying;

    private TestGateway(
            RunningProvisioner provisioner, GatewayEnrolment.Answer enrolment, HttpClient client) {
        this.provisioner = provisioner;
        this.enrolment = enrolment;
        this.client = client;
    }

    /** Registers one of this customer under a new name and pool. @return the operator's answer */
    public static JsonNode register(RunningProvisioner provisioner, String customer) {
        int number = COUNT.incrementAndGet();
        Answer answer =
                provisioner.post(
                        "/v1/gateways",
                        provisioner.operatorToken(),
                        registration(
                                "gate-" + number, customer, "10.74.%d.0/24".formatted(number)));
        if (answer.status() != 201) {
            throw new AssertionError(answer.body());
        }
        return answer.json();
    }

    public static String registration(String name, String customer, String poolV4) {
        return """
        {"name": "%s", "customer": "%s", "serverNames": ["vpn.example.net", "192.0.2.1"],
         "poolV4": "%s"}
        """
                .formatted(name, customer, poolV4);
    }

    /** Registers and enrols one of the first customer. */
    public static TestGateway enrolled(RunningProvisioner provisioner) {
        return enrolled(provisioner, "customer");
    }

    /** Registers and enrols one of this customer. */
    public static TestGateway enrolled(RunningProvisioner provisioner, String customer) {
        KeyPair clientKey = TestNode.ecKey("secp256r1");
        Answer answer =
                enrol(
                        provisioner,
                        register(provisioner, customer).get("enrolmentSecret").textValue(),
                        TestNode.request(clientKey),
                        TestNode.request(TestNode.ecKey("secp256r1")));
        try {
            GatewayEnrolment.Answer enrolment =
                    decode(answer.body(), GatewayEnrolment.Answer.class);
            return new TestGateway(
                    provisioner,
                    enrolment,
                    showing(provisioner, clientKey, enrolment.clientChainPem()));
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    private static HttpClient showing(RunningProvisioner provisioner, KeyPair key, String chainPem)
            throws IOException {
        return HttpClient.newBuilder()
                .sslContext(
                        TestTls.showing(
                                provisioner.rootFile(),
                                key.getPrivate(),
                                Pem.certificates(chainPem)))
                .build();
    }

    public static Answer enrol(
            RunningProvisioner provisioner,
            String secret,
            String clientRequest,
            String serverRequest) {
        byte[] body = WireJson.encode(new GatewayEnrolment.Request(clientRequest, serverRequest));
        return provisioner.send(
                provisioner
                        .request("/v1/gateway-enrolments", secret)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    public UUID id() {
        return enrolment.gateway();
    }

    public GatewayEnrolment.Answer enrolment() {
        return enrolment;
    }

    public HttpClient client() {
        return client;
    }

    /** The state after this version. */
    public GatewayState desired(long after) {
        Answer answer =
                RunningProvisioner.send(
                        client,
                        request(
                                "/internal/v1/gateways/%s/desired?after=%d"
                                        .formatted(id(), after)));
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + answer.body());
        }
        return decode(answer.body(), GatewayState.class);
    }

    /** Says that it has this state in force, and does not wait for what comes after. */
    public void hasInForce(GatewayState state) {
        CompletableFuture<?> _ =
                client.sendAsync(
                        request(
                                        "/internal/v1/gateways/%s/desired?after=%d"
                                                .formatted(id(), state.version()))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }

    /** Does what its desired state says of keys: makes new ones, returns to the former. */
    public void followKeys() {
        desired(0).keys().ifPresent(this::follow);
    }

    private void follow(KeyOrder order) {
        boolean isTrying = order.id().equals(trying);
        if (order.verdict() == KeyOrder.Verdict.TRY && !isTrying) {
            former = client;
            client = renewed(order.id());
            trying = order.id();
            inForce();
        } else if (order.verdict() == KeyOrder.Verdict.RETURN && isTrying) {
            client = former;
            trying = null;
            inForce();
        }
    }

    private HttpClient renewed(UUID order) {
        KeyPair key = TestNode.ecKey("secp256r1");
        var request =
                new GatewayEnrolment.Request(
                        TestNode.request(key), TestNode.request(TestNode.ecKey("secp256r1")));
        Answer answer =
                post(
                        "/internal/v1/gateways/%s/renewals?order=%s".formatted(id(), order),
                        WireJson.encode(request));
        try {
            return showing(
                    provisioner,
                    key,
                    decode(answer.body(), GatewayEnrolment.Answer.class).clientChainPem());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    private void inForce() {
        Answer answer =
                post(
                        "/internal/v1/gateways/%s/renewals/in-force".formatted(id()),
                        WireJson.encode(new KeysInForce(provisioner.bean(Clock.class).instant())));
        if (answer.status() != 204) {
            throw new AssertionError(answer.status() + answer.body());
        }
    }

    public Answer report(SessionReport report) {
        return post("/internal/v1/gateways/%s/reports".formatted(id()), WireJson.encode(report));
    }

    /** Asks who may log in. */
    public LoginDecision login(LoginRequest request) {
        Answer answer = post("/internal/v1/logins", WireJson.encode(request));
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + answer.body());
        }
        return decode(answer.body(), LoginDecision.class);
    }

    public Answer post(String path, byte[] body) {
        return RunningProvisioner.send(
                client,
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(provisioner.internalUrl().resolve(path))
                .timeout(Duration.ofSeconds(40));
    }

    private static <T> T decode(String json, Class<T> type) {
        try {
            return WireJson.decode(json.getBytes(StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }
}
