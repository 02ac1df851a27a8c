package io.sallyport.gateway;

import static io.sallyport.node.FakeProvisioner.answer;

import com.sun.net.httpserver.HttpExchange;

import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.TestPki;
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.SessionReport;
import io.sallyport.wire.WireJson;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The provisioner as a gateway knows it, on loopback: enrols whoever asks, has one state, and lets
 * "ada" in with the password "s3cret".
 */
final class FakeGatewayProvisioner implements Closeable {
    static final String USER = "ada";
    static final String PASSWORD = "s3cret";

    private final FakeProvisioner server;
    private final List<LoginRequest> logins = new ArrayList<>();
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    private final List<GroupPolicy> groups = new ArrayList<>();
    private final List<GatewayState.Disconnect> disconnect = new ArrayList<>();
    private String serverChain = "";
    private long version = 1;
    private int sessions;

    FakeGatewayProvisioner(GroupPolicy... groups) throws IOException {
        this.groups.addAll(List.of(groups));
        server = new FakeProvisioner(false);
        server.on("/v1/gateway-enrolments", this::enrol);
        server.on("/internal/v1/gateways/" + GatewayStates.GATEWAY + "/desired", this::desired);
        server.on("/internal/v1/gateways/" + GatewayStates.GATEWAY + "/reports", this::reports);
        server.on("/internal/v1/logins", this::login);
    }

    FakeProvisioner server() {
        return server;
    }

    URI url() {
        return server.url("");
    }

    /** Logins that were asked for. */
    synchronized List<LoginRequest> logins() {
        return List.copyOf(logins);
    }

    /** The next event that was reported; waits for it. */
    SessionEvent event() throws InterruptedException {
        return events.take();
    }

    /** Ends a session at the next state. */
    synchronized void end(SessionId session, String message) {
        disconnect.add(new GatewayState.Disconnect(session, message));
        version++;
        notifyAll();
    }

    /** The server certificate that the gateway got. */
    synchronized String serverChain() {
        return serverChain;
    }

    /** The gateway gets another certificate for the same key. */
    synchronized void renew(String chainPem) {
        serverChain = chainPem;
        version++;
        notifyAll();
    }

    private void enrol(HttpExchange exchange) throws IOException {
        GatewayEnrolment.Request request =
                WireJson.decode(
                        exchange.getRequestBody().readAllBytes(), GatewayEnrolment.Request.class);
        String client = TestPki.pem(server.pki().answer(request.clientRequestPem()));
        synchronized (this) {
            serverChain = TestPki.pem(server.pki().answer(request.serverRequestPem()));
        }
        answer(
                exchange,
                201,
                WireJson.encode(
                        new GatewayEnrolment.Answer(
                                GatewayStates.GATEWAY, url(), client, serverChain())));
    }

    private void desired(HttpExchange exchange) throws IOException {
        long after = Long.parseLong(exchange.getRequestURI().getQuery().replace("after=", ""));
        Optional<GatewayState> state = Optional.empty();
        synchronized (this) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            try {
                while (version <= after && System.nanoTime() - end < 0) {
                    TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            if (version > after) {
                state =
                        Optional.of(
                                GatewayStates.state(
                                        version,
                                        serverChain,
                                        disconnect,
                                        groups.toArray(GroupPolicy[]::new)));
            }
        }
        answer(
                exchange,
                state.isPresent() ? 200 : 204,
                state.map(WireJson::encode).orElse(new byte[0]));
    }

    private void reports(HttpExchange exchange) throws IOException {
        SessionReport report =
                WireJson.decode(exchange.getRequestBody().readAllBytes(), SessionReport.class);
        events.addAll(report.events());
        answer(exchange, 204, new byte[0]);
    }

    private synchronized void login(HttpExchange exchange) throws IOException {
        LoginRequest request =
                WireJson.decode(exchange.getRequestBody().readAllBytes(), LoginRequest.class);
        logins.add(request);
        Optional<GroupPolicy> group =
                groups.stream().filter(one -> one.name().equals(request.group())).findFirst();
        boolean right =
                request.username().equals(Optional.of(USER))
                        && request.password().equals(Optional.of(PASSWORD));
        LoginDecision decision =
                right && group.isPresent()
                        ? new LoginDecision.Accepted(
                                new LoginGrant(
                                        new SessionId("%032x".formatted(++sessions)),
                                        new UUID(0, 1),
                                        USER,
                                        group.get(),
                                        now().plus(Duration.ofHours(8))))
                        : new LoginDecision.Refused(
                                LoginDecision.Reason.CREDENTIALS, "Login failed.", 0);
        answer(exchange, 200, WireJson.encode((Record) decision));
    }

    private static Instant now() {
        return InstantSource.system().instant();
    }

    @Override
    public void close() {
        server.close();
    }
}
