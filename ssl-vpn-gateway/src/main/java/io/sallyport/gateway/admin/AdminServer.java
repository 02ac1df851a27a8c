package io.sallyport.gateway.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.sallyport.gateway.metrics.OpenMetricsText;
import io.sallyport.gateway.session.SessionView;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.WireJson;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The operators' listener: HTTP on a loopback address. {@code GET /health} and {@code GET /metrics}
 * are for everybody on this machine; what names users or changes anything wants the token of the
 * state directory.
 */
public final class AdminServer implements Closeable {
    private static final Logger LOG = System.getLogger(AdminServer.class.getName());
    private static final int BACKLOG = 16;
    private static final int LONGEST_MESSAGE = 200;
    private static final long LONGEST_DRAIN_SECONDS = 24L * 3600;
    private static final String ENDED = "Your session was ended by the operator.";
    private static final String DRAINED =
            "This gateway is taken out of service. Please connect again.";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AdminToken token;
    private final Operations operations;

    private record SessionList(List<SessionView> sessions) {}

    private record Ended(int sessions) {}

    private record Problem(String title, int status) {}

    /** A whole answer. */
    private record Answer(int status, String contentType, String body) {
        static Answer json(int status, Record body) {
            return text(status, "application/json", utf8(WireJson.encode(body)));
        }

        static Answer problem(int status, String title) {
            return text(
                    status,
                    "application/problem+json",
                    utf8(WireJson.encode(new Problem(title, status))));
        }

        static Answer text(int status, String contentType, String body) {
            return new Answer(status, contentType, body);
        }

        private static String utf8(byte[] octets) {
            return new String(octets, StandardCharsets.UTF_8);
        }
    }

    /**
     * Listens at once.
     *
     * @param address on the loopback interface
     * @throws IllegalArgumentException if it is another address: there is no TLS here
     */
    public AdminServer(InetSocketAddress address, AdminToken token, Operations operations)
            throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "expected a loopback address for the admin listener, got " + address);
        }
        this.token = token;
        this.operations = operations;
        server = HttpServer.create(address, BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (IllegalArgumentException e) {
                answer = Answer.problem(400, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "event=admin-fault", e);
                answer = Answer.problem(500, "a fault of the gateway; its log has it");
            }
            exchange.getResponseHeaders().set("Content-Type", answer.contentType);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        return switch (method + " " + path) {
            case "GET /health" ->
                    operations
                            .trouble()
                            .map(trouble -> Answer.problem(503, trouble))
                            .orElseGet(() -> Answer.text(200, "text/plain", "ok\n"));
            case "GET /metrics" ->
                    Answer.text(200, OpenMetricsText.CONTENT_TYPE, operations.metrics());
            default ->
                    token.isShownBy(exchange.getRequestHeaders().getFirst("Authorization"))
                            ? operator(
                                    method,
                                    path,
                                    parameters(exchange.getRequestURI().getRawQuery()))
                            : Answer.problem(401, "expected the token of STATE/admin.token");
        };
    }

    private Answer operator(String method, String path, Map<String, String> parameters) {
        if (method.equals("GET") && path.equals("/sessions")) {
            return Answer.json(200, new SessionList(operations.sessions()));
        }
        if (method.equals("POST") && path.equals("/drain")) {
            long seconds = Long.parseLong(parameters.getOrDefault("seconds", "0"));
            if (seconds < 0 || seconds > LONGEST_DRAIN_SECONDS) {
                throw new IllegalArgumentException("expected 0 to 86400 seconds");
            }
            Duration after = Duration.ofSeconds(seconds);
            LOG.log(Level.INFO, "event=drain after={0}", after);
            operations.drain(after, message(parameters, DRAINED));
            return Answer.json(202, new Ended(operations.sessions().size()));
        }
        String[] parts = path.split("/", -1);
        if (method.equals("DELETE") && parts.length == 3 && parts[1].equals("sessions")) {
            boolean ended =
                    operations.disconnect(new SessionId(parts[2]), message(parameters, ENDED));
            return ended
                    ? Answer.json(200, new Ended(1))
                    : Answer.problem(404, "there is no such session");
        }
        if (method.equals("DELETE")
                && parts.length == 4
                && parts[1].equals("users")
                && parts[3].equals("sessions")) {
            return Answer.json(
                    200,
                    new Ended(operations.disconnectUser(parts[2], message(parameters, ENDED))));
        }
        return Answer.problem(404, "there is no such resource");
    }

    private static String message(Map<String, String> parameters, String otherwise) {
        String message = parameters.getOrDefault("message", otherwise);
        if (message.isBlank()
                || message.length() > LONGEST_MESSAGE
                || message.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "expected a message of 1 to 200 printable characters");
        }
        return message;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", 8)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
