package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.RevocationLists;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class RestartTest {
    private static final Pattern API_URL = Pattern.compile("\"apiUrl\": \"([^\"]+)\"");
    private static final Pattern OPERATOR = Pattern.compile("\"operator\": \"([^\"]+)\"");

    @Test
    void keepsTokensAuthoritiesAndTheCrlNumber(@TempDir Path data) throws IOException {
        Map<String, String> database = SharedPostgres.newDatabase();
        // Two days ago, so that what was issued then is good now.
        var clock = new TestClock();
        clock.advance(Duration.ofDays(-2));
        String operator;
        String root;
        long crlNumber;
        try (var first = RunningProvisioner.start(data, database, Map.of(), clock)) {
            operator = first.operatorToken();
            root = Files.readString(first.rootFile());
            crlNumber = first.bean(RevocationLists.class).newest(AuthorityProfile.SITES).number();
            assertThat(data.resolve("listening.json")).exists();
        }
        assertThat(data.resolve("listening.json")).doesNotExist();

        clock.advance(Duration.ofDays(2));
        try (var second = RunningProvisioner.start(data, database, Map.of(), clock)) {
            assertThat(second.get("/v1/concentrators", operator).status()).isEqualTo(200);
            assertThat(Files.readString(second.rootFile())).isEqualTo(root);
            assertThat(second.bean(RevocationLists.class).newest(AuthorityProfile.SITES).number())
                    .as("the CRL had got old, so there is a new one")
                    .isEqualTo(crlNumber + 1);
            assertThat(data.resolve("initial-tokens.json")).doesNotExist();
        }
    }

    @Test
    void makesNewTokensIfItWasKilledBeforeTheirHashesWereStored(@TempDir Path data)
            throws IOException {
        Files.writeString(
                data.resolve("initial-tokens.json"), "{\"operator\": \"x\", \"customer\": \"y\"}");
        try (var provisioner =
                RunningProvisioner.start(
                        data, SharedPostgres.newDatabase(), Map.of(), Provisioner.clock())) {
            assertThat(provisioner.get("/v1/concentrators", provisioner.operatorToken()).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void doesNotStartOnAuthoritiesOfAnotherDatabase(@TempDir Path data, @TempDir Path other)
            throws IOException {
        Map<String, String> database = SharedPostgres.newDatabase();
        RunningProvisioner.start(data, database, Map.of(), Provisioner.clock()).close();
        assertThatThrownBy(
                        () ->
                                RunningProvisioner.start(
                                        other, database, Map.of(), Provisioner.clock()))
                .rootCause()
                .hasMessageContaining("restore the one that fits");
    }

    @Test
    void doesNotStartOnADatabaseThatNeverSawItsAuthorities(@TempDir Path data) throws IOException {
        Map<String, String> known = SharedPostgres.newDatabase();
        RunningProvisioner.start(data, known, Map.of(), Provisioner.clock()).close();
        Map<String, String> empty = SharedPostgres.newDatabase();
        assertThatThrownBy(
                        () -> RunningProvisioner.start(data, empty, Map.of(), Provisioner.clock()))
                .rootCause()
                .hasMessageContaining("does not know authority");
    }

    @Test
    void leavesNoConnectionBehindWhenItDoesNotStart(@TempDir Path data, @TempDir Path other)
            throws Exception {
        Map<String, String> database = SharedPostgres.newDatabase();
        RunningProvisioner.start(data, database, Map.of(), Provisioner.clock()).close();
        awaitNobodyUses(database);
        assertThatThrownBy(
                        () ->
                                RunningProvisioner.start(
                                        other, database, Map.of(), Provisioner.clock()))
                .isInstanceOf(RuntimeException.class);
        awaitNobodyUses(database);
    }

    @Test
    void leavesNoConnectionBehindWhenTheSchemaIsRefused(@TempDir Path data) throws Exception {
        Map<String, String> database = SharedPostgres.newDatabase();
        execute(database, "CREATE TABLE customer (name text)");
        assertThatThrownBy(
                        () ->
                                RunningProvisioner.start(
                                        data, database, Map.of(), Provisioner.clock()))
                .isInstanceOf(RuntimeException.class);
        awaitNobodyUses(database);
    }

    @Test
    void processEndsWhenItDoesNotStart(@TempDir Path data, @TempDir Path other) throws Exception {
        Map<String, String> database = SharedPostgres.newDatabase();
        RunningProvisioner.start(data, database, Map.of(), Provisioner.clock()).close();
        Process refused = start(other, database);
        try (BufferedReader output = refused.inputReader(StandardCharsets.UTF_8)) {
            // Its output ends with it.
            assertThat(CompletableFuture.supplyAsync(() -> output.lines().toList()))
                    .succeedsWithin(Duration.ofSeconds(60))
                    .asString()
                    .contains("restore the one that fits");
            assertThat(refused.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(refused.exitValue()).isNotZero();
        } finally {
            refused.destroyForcibly().waitFor();
        }
    }

    /** The server notices the end of a connection a moment after the client. */
    private static void awaitNobodyUses(Map<String, String> database) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        long users = users(database);
        while (users > 0 && System.nanoTime() - end < 0) {
            users = users(database);
        }
        assertThat(users).isZero();
    }

    private static long users(Map<String, String> database) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE pid <>"
                                        + " pg_backend_pid() AND datname = current_database()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void finishesAuthoritiesThatItWasKilledWhileMaking(@TempDir Path data) throws Exception {
        Map<String, String> database = SharedPostgres.newDatabase();
        String root;
        try (var first = RunningProvisioner.start(data, database, Map.of(), Provisioner.clock())) {
            root = Files.readString(first.rootFile());
        }
        // As it was when the files were there and nothing but their certificates in the tables.
        execute(database, "DELETE FROM revocation_list; DELETE FROM authority");
        Files.delete(data.resolve("ca/root.pem"));
        try (var second = RunningProvisioner.start(data, database, Map.of(), Provisioner.clock())) {
            assertThat(Files.readString(second.rootFile())).isEqualTo(root);
        }
    }

    @Test
    void keepsTheFirstTokensUntilAStartCameToAnswer(@TempDir Path data) throws IOException {
        Map<String, String> database = SharedPostgres.newDatabase();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(
                            () ->
                                    RunningProvisioner.start(
                                            data,
                                            database,
                                            Map.of("SALLYPORT_API_PORT", port),
                                            Provisioner.clock()))
                    .isInstanceOf(RuntimeException.class);
        }
        try (var second = RunningProvisioner.start(data, database, Map.of(), Provisioner.clock())) {
            assertThat(second.get("/v1/concentrators", second.operatorToken()).status())
                    .isEqualTo(200);
        }
        RunningProvisioner.start(data, database, Map.of(), Provisioner.clock()).close();
        assertThat(data.resolve("initial-tokens.json")).doesNotExist();
    }

    private static void execute(Map<String, String> database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(Map<String, String> database) throws SQLException {
        return DriverManager.getConnection(
                database.get("SALLYPORT_DATABASE_URL"),
                database.get("SALLYPORT_DATABASE_USER"),
                database.get("SALLYPORT_DATABASE_PASSWORD"));
    }

    @Test
    void leavesADataDirectoryAloneThatAnotherOneUses(@TempDir Path data) throws IOException {
        Map<String, String> database = SharedPostgres.newDatabase();
        try (var _ = RunningProvisioner.start(data, database, Map.of(), Provisioner.clock())) {
            assertThatThrownBy(
                            () ->
                                    RunningProvisioner.start(
                                            data, database, Map.of(), Provisioner.clock()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another provisioner uses");
        }
    }

    @Test
    void startsAgainAfterItWasKilledAndLeftItsDatabaseRunning(@TempDir Path data) throws Exception {
        Process killed = start(data);
        String operator;
        ProcessHandle postmaster;
        try {
            awaitListening(killed);
            operator = find(OPERATOR, Files.readString(data.resolve("initial-tokens.json")));
            assertThat(status(data, operator)).isEqualTo(200);
            postmaster = postmaster(data);
        } finally {
            killed.destroyForcibly().waitFor();
        }
        assertThat(postmaster.isAlive()).as("it outlives the process").isTrue();

        Process second = start(data);
        try {
            awaitListening(second);
            assertThat(status(data, operator)).isEqualTo(200);
            assertThat(postmaster.isAlive()).isFalse();
            assertThat(data.resolve("initial-tokens.json")).doesNotExist();
            postmaster = postmaster(data);
        } finally {
            second.destroy();
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
        }
        // Its last act is to remove this file; the process itself may be seen a little longer.
        assertThat(data.resolve("postgresql/postmaster.pid")).doesNotExist();
        assertThat(postmaster.onExit()).succeedsWithin(Duration.ofSeconds(20));
        assertThat(data.resolve("listening.json")).doesNotExist();
    }

    private static Process start(Path data) throws IOException {
        return start(data, Map.of());
    }

    private static Process start(Path data, Map<String, String> settings) throws IOException {
        var builder =
                new ProcessBuilder(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx256m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Provisioner.class.getName()));
        builder.environment().keySet().removeIf(name -> name.startsWith("SALLYPORT_"));
        builder.environment()
                .putAll(
                        Map.of(
                                "SALLYPORT_DATA", data.toString(),
                                "SALLYPORT_API_PORT", "0",
                                "SALLYPORT_INTERNAL_PORT", "0",
                                "SALLYPORT_ENROLMENT_PORT", "0"));
        builder.environment().putAll(settings);
        return builder.redirectErrorStream(true).start();
    }

    /** Reads what the process says until it says that it listens, then lets it talk to itself. */
    private static void awaitListening(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        var said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains("listening: ")) {
                Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
                return;
            }
        }
        throw new AssertionError("it ended before it listened:\n" + said);
    }

    private static int status(Path data, String token) throws Exception {
        String url = find(API_URL, Files.readString(data.resolve("listening.json")));
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(TestTls.trusting(data.resolve("ca/root.pem")))
                        .build()) {
            var request =
                    HttpRequest.newBuilder(URI.create(url + "/v1/concentrators"))
                            .header("Authorization", "Bearer " + token)
                            .timeout(Duration.ofSeconds(20))
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static ProcessHandle postmaster(Path data) throws IOException {
        String pid = Files.readAllLines(data.resolve("postgresql/postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
