package io.sallyport.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A provisioner as seen from outside: HTTPS, a bearer token, and for each request the answers that
 * a test put in. The last answer to a request is given again and again.
 */
final class FakeProvisioner implements AutoCloseable {
    static final String TOKEN = "token-of-the-customer_0123456789";

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Deque<Answer>> answers = new LinkedHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** An answer; {@code null} as body breaks the connection. */
    record Answer(int status, String mediaType, String body) {
        static Answer json(int status, String body) {
            return new Answer(status, "application/json", body);
        }

        static Answer problem(int status, String body) {
            return new Answer(status, "application/problem+json", body);
        }

        static Answer broken() {
            return new Answer(0, "", null);
        }

        /** Never comes. */
        static Answer silence() {
            return new Answer(-1, "", null);
        }
    }

    /** A request that came in, as {@code GET /v1/tunnels?limit=1}. */
    record Request(String line, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    FakeProvisioner(TestCertificates certificates) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.server("localhost")));
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** Adds what the next such request gets, when those before it have got theirs. */
    synchronized FakeProvisioner on(String line, Answer... more) {
        answers.computeIfAbsent(line, _ -> new ArrayDeque<>()).addAll(List.of(more));
        return this;
    }

    FakeProvisioner on(String line, String json) {
        return on(line, Answer.json(200, json));
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<String> lines() {
        return requests.stream().map(Request::line).toList();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(line, Map.copyOf(exchange.getRequestHeaders()), body));
        Answer answer =
                ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                        ? next(line)
                        : Answer.problem(
                                401,
                                """
                                {"type":"/problems/unauthenticated","title":"Unauthenticated",
                                 "status":401,"detail":"the token is not known"}\
                                """);
        if (answer.status() < 0) {
            return;
        }
        if (answer.body() == null) {
            // Less than what was announced: the connection is closed in the middle.
            exchange.sendResponseHeaders(200, 1000);
            exchange.close();
            return;
        }
        byte[] octets = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.mediaType());
        exchange.sendResponseHeaders(answer.status(), octets.length == 0 ? -1 : octets.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(octets);
        }
    }

    private synchronized Answer next(String line) {
        Deque<Answer> prepared = answers.get(line);
        if (prepared == null) {
            return Answer.problem(
                    404,
                    """
                    {"type":"/problems/not-found","title":"Not found","status":404,
                     "detail":"there is no such thing"}\
                    """);
        }
        return prepared.size() > 1 ? prepared.removeFirst() : prepared.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
