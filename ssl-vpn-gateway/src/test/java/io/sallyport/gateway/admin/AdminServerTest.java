package io.sallyport.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.session.SessionView;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@Timeout(30)
class AdminServerTest {
    private static final SessionId SESSION = new SessionId("0123456789abcdef0123456789abcdef");

    private final List<String> calls = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Optional<String> trouble = Optional.empty();

    @TempDir Path directory;
    private StateDirectory state;
    private AdminServer server;

    private final Operations operations =
            new Operations() {
                @Override
                public List<SessionView> sessions() {
                    return List.of(
                            new SessionView(
                                    SESSION,
                                    "ada",
                                    "staff",
                                    SessionEvent.Channel.DTLS,
                                    Optional.of(IpAddress.parse("192.0.2.1")),
                                    IpAddress.parse("10.77.0.2"),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Instant.EPOCH,
                                    Instant.EPOCH,
                                    Instant.EPOCH,
                                    SessionEvent.Counters.NONE));
                }

                @Override
                public boolean disconnect(SessionId session, String message) {
                    calls.add("disconnect " + session + " " + message);
                    return session.equals(SESSION);
                }

                @Override
                public int disconnectUser(String username, String message) {
                    calls.add("user " + username + " " + message);
                    return 2;
                }

                @Override
                public void drain(Duration after, String message) {
                    calls.add("drain " + after + " " + message);
                }

                @Override
                public String metrics() {
                    return "# EOF\n";
                }

                @Override
                public Optional<String> trouble() {
                    return trouble;
                }
            };

    @BeforeEach
    void start() throws IOException {
        state = StateDirectory.open(directory);
        server =
                new AdminServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        AdminToken.open(state, new SecureRandom()),
                        operations);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        state.close();
    }

    @Test
    void healthAndMetricsAreForEverybodyHere() throws Exception {
        assertThat(ask("GET", "/health", "").body()).isEqualTo("ok\n");
        HttpResponse<String> metrics = ask("GET", "/metrics", "");
        assertThat(metrics.body()).isEqualTo("# EOF\n");
        assertThat(metrics.headers().firstValue("Content-Type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        trouble = Optional.of("the certificate is for another key");
        assertThat(ask("GET", "/health", "").statusCode()).isEqualTo(503);
    }

    @Test
    void everythingElseWantsTheToken() throws Exception {
        for (String token : List.of("", "Bearer ", "Bearer " + "0".repeat(64), token() + "0")) {
            assertThat(ask("GET", "/sessions", token).statusCode()).isEqualTo(401);
            assertThat(ask("POST", "/drain", token).statusCode()).isEqualTo(401);
            assertThat(ask("DELETE", "/sessions/" + SESSION, token).statusCode()).isEqualTo(401);
            assertThat(ask("GET", "/other", token).statusCode()).isEqualTo(401);
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void listsSessions() throws Exception {
        assertThat(ask("GET", "/sessions", token()).body())
                .contains("\"session\":\"" + SESSION + "\"", "\"username\":\"ada\"", "DTLS");
    }

    @Test
    void endsSessionsAndUsers() throws Exception {
        assertThat(
                        ask("DELETE", "/sessions/" + SESSION + "?message=Maintenance+now", token())
                                .statusCode())
                .isEqualTo(200);
        assertThat(ask("DELETE", "/sessions/" + "0".repeat(32), token()).statusCode())
                .isEqualTo(404);
        assertThat(ask("DELETE", "/users/a%20da/sessions", token()).body())
                .isEqualTo("{\"sessions\":2}");
        assertThat(calls)
                .containsExactly(
                        "disconnect " + SESSION + " Maintenance now",
                        "disconnect " + "0".repeat(32) + " Your session was ended by the operator.",
                        "user a da Your session was ended by the operator.");
    }

    @Test
    void drains() throws Exception {
        assertThat(ask("POST", "/drain?seconds=60&message=Back+at+noon", token()).statusCode())
                .isEqualTo(202);
        assertThat(calls).containsExactly("drain PT1M Back at noon");
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        for (String request :
                List.of(
                        "POST /drain?seconds=-1",
                        "POST /drain?seconds=soon",
                        "DELETE /sessions/xyz",
                        "DELETE /sessions/" + SESSION + "?message=two%0alines",
                        "DELETE /sessions/" + SESSION + "?message=" + "m".repeat(201))) {
            String[] parts = request.split(" ", 2);
            assertThat(ask(parts[0], parts[1], token()).statusCode()).as(request).isEqualTo(400);
        }
        assertThat(ask("PUT", "/sessions", token()).statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/", token()).statusCode()).isEqualTo(404);
        assertThat(calls).isEmpty();
    }

    @Test
    void listensOnLoopbackOnly() throws IOException {
        AdminToken token = AdminToken.open(state, new SecureRandom());
        assertThatThrownBy(() -> new AdminServer(new InetSocketAddress(0), token, operations))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
    }

    private String token() throws IOException {
        return "Bearer " + Files.readString(directory.resolve("admin.token")).strip();
    }

    private HttpResponse<String> ask(String method, String path, String authorization)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://localhost:%d%s"
                                                .formatted(server.address().getPort(), path)))
                        .method(method, BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
