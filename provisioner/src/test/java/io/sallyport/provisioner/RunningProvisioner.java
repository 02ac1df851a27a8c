package io.sallyport.provisioner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.instrument.InstrumentedExecutorService;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.database.TestDatabase;
import io.sallyport.provisioner.openapi.Described;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A provisioner in this JVM, on a database of its own in the PostgreSQL that all tests share, with
 * real listeners on free ports.
 */
public final class RunningProvisioner implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String TEMPORARY = "provisioner-test";

    private final Provisioner provisioner;
    private final Path data;
    private final HttpClient client;
    private final JsonNode tokens;

    private RunningProvisioner(Provisioner provisioner, Path data) throws IOException {
        this.provisioner = provisioner;
        this.data = data;
        this.client = HttpClient.newBuilder().sslContext(TestTls.trusting(rootFile())).build();
        Path tokenFile = data.resolve("initial-tokens.json");
        this.tokens = Files.exists(tokenFile) ? JSON.readTree(tokenFile.toFile()) : null;
    }

    /** One that every test may use that leaves it usable for others; ends with the JVM. */
    public static RunningProvisioner shared() {
        return Shared.PROVISIONER;
    }

    /** Starts on a new data directory and a new database. */
    public static RunningProvisioner start() throws IOException {
        return start(Map.of());
    }

    /** As {@link #start()}, with these settings beside the usual ones. */
    public static RunningProvisioner start(Map<String, String> settings) throws IOException {
        Path data = Files.createTempDirectory(TEMPORARY);
        return start(data, SharedPostgres.newDatabase(), settings, Provisioner.clock());
    }

    /** Starts on this data directory and database. */
    public static RunningProvisioner start(Path data, Map<String, String> database)
            throws IOException {
        return start(data, database, Map.of(), Provisioner.clock());
    }

    /**
     * As {@link #start(Path, Map)}, with these settings and this clock. To the provisioner it is
     * the embedded database of a trial, which is why the first start makes a root.
     */
    public static RunningProvisioner start(
            Path data, Map<String, String> database, Map<String, String> settings, Clock clock)
            throws IOException {
        return new RunningProvisioner(
                Provisioner.start(
                        configuration(data, settings), _ -> TestDatabase.at(database), clock),
                data);
    }

    /** As a production is started: the URL of the database is configured. */
    public static RunningProvisioner startInProduction(
            Path data, Map<String, String> database, Map<String, String> settings, Clock clock)
            throws IOException {
        Map<String, String> both = new HashMap<>(database);
        both.putAll(settings);
        return new RunningProvisioner(Provisioner.start(configuration(data, both), clock), data);
    }

    private static Configuration configuration(Path data, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SALLYPORT_DATA", data.toString());
        environment.put("SALLYPORT_API_PORT", "0");
        environment.put("SALLYPORT_INTERNAL_PORT", "0");
        environment.put("SALLYPORT_ENROLMENT_PORT", "0");
        environment.putAll(settings);
        return Configuration.of(environment);
    }

    /** A bean of the application. */
    public <T> T bean(Class<T> type) {
        return provisioner.context().getBean(type);
    }

    /**
     * Runs, in this thread, what the application's timer would begin within that time: what
     * {@code @Scheduled} has put there.
     */
    public void runWhatIsDueWithin(Duration time) {
        var named = Qualifiers.<ExecutorService>byName(TaskExecutors.SCHEDULED);
        var instrumented =
                (InstrumentedExecutorService)
                        provisioner.context().getBean(ExecutorService.class, named);
        var timer = (ScheduledThreadPoolExecutor) instrumented.getTarget();
        timer.getQueue().stream()
                .map(RunnableScheduledFuture.class::cast)
                .filter(each -> each.getDelay(TimeUnit.SECONDS) <= time.toSeconds())
                .forEach(Runnable::run);
    }

    public Path data() {
        return data;
    }

    public Path rootFile() {
        return data.resolve("ca/root.pem");
    }

    public URI apiUrl() {
        return provisioner.apiUrl();
    }

    public URI internalUrl() {
        return provisioner.internalUrl();
    }

    public URI enrolmentUrl() {
        return provisioner.enrolmentUrl();
    }

    public String operatorToken() {
        return tokens.get("operator").textValue();
    }

    public String customerToken() {
        return tokens.get("customer").textValue();
    }

    /** Trusts the root, shows no certificate. */
    public HttpClient client() {
        return client;
    }

    /** A request to the API. */
    public HttpRequest.Builder request(String path, @Nullable String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(apiUrl().resolve(path)).timeout(Duration.ofSeconds(40));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    public Answer get(String path, @Nullable String token) {
        return send(request(path, token).GET());
    }

    public Answer post(String path, @Nullable String token, String json) {
        return send(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public Answer send(HttpRequest.Builder request) {
        return send(client, request);
    }

    /** Sends, and expects an answer that the description of the API allows. */
    public static Answer send(HttpClient client, HttpRequest.Builder request) {
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Described.check(response);
            return new Answer(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        provisioner.close();
        if (data.getFileName().toString().startsWith(TEMPORARY)) {
            TestDatabase.deleteTree(data);
        }
    }

    private static final class Shared {
        static final RunningProvisioner PROVISIONER = startShared();

        private static RunningProvisioner startShared() {
            try {
                RunningProvisioner started = start();
                Runtime.getRuntime().addShutdownHook(new Thread(started::closeQuietly));
                return started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer and its body. */
    public record Answer(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException("no JSON: " + response.body(), e);
            }
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }
}
