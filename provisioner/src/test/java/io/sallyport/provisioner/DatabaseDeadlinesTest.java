package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

class DatabaseDeadlinesTest {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);
    private static final UUID BOOT = UUID.randomUUID();

    private final Map<String, String> database = SharedPostgres.newDatabase();

    @Test
    void everyConnectionHasThem() {
        var rows = new Rows(RunningProvisioner.shared());
        assertThat(
                        rows.count(
                                """
                                pg_settings WHERE (name, setting) IN (('statement_timeout', '10000'),
                                ('lock_timeout', '5000'), ('idle_in_transaction_session_timeout', '15000'))
                                """))
                .isEqualTo(3);
    }

    @Test
    void aLockThatIsNotGivenIsAnsweredInTime(@TempDir Path data) throws Exception {
        try (var provisioner =
                        RunningProvisioner.start(data, database, Map.of(), Provisioner.clock());
                Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE concentrator");
            Answer answer = provisioner.get("/v1/concentrators", provisioner.operatorToken());
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            connection.rollback();
            assertThat(provisioner.get("/v1/concentrators", provisioner.operatorToken()).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aSecondReportIsRefusedBeforeItTakesAConnection(@TempDir Path data) throws Exception {
        try (var provisioner =
                        RunningProvisioner.start(data, database, Map.of(), Provisioner.clock());
                Connection connection = connect();
                Statement statement = connection.createStatement()) {
            TestNode node = TestNode.enrolled(provisioner);
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM concentrator FOR UPDATE");
            var first = CompletableFuture.supplyAsync(() -> node.report(report(1)).status());
            awaitBlocked(statement);
            long before = System.nanoTime();
            assertThat(node.report(report(2)).status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LOCK_TIMEOUT);
            connection.rollback();
            assertThat(first).succeedsWithin(LOCK_TIMEOUT).isEqualTo(204);
            assertThat(node.report(report(2)).status()).isEqualTo(204);
        }
    }

    private static ObservationReport report(long sequence) {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        return new ObservationReport(
                BOOT,
                sequence,
                at,
                at,
                0,
                new Charon(CharonState.ABSENT, Optional.empty(), EspMode.UNKNOWN, at),
                List.of(),
                List.of());
    }

    private static void awaitBlocked(Statement statement) throws SQLException {
        boolean blocked = false;
        while (!blocked) {
            try (ResultSet waiting =
                    statement.executeQuery(
                            "SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")) {
                blocked = waiting.next();
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                database.get("SALLYPORT_DATABASE_URL"),
                database.get("SALLYPORT_DATABASE_USER"),
                database.get("SALLYPORT_DATABASE_PASSWORD"));
    }
}
