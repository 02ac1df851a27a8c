package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.RunningProvisioner.Answer;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A database in which a test holds what a provisioner does by a lock, and then cuts every
 * connection of it, as PostgreSQL sees it when a process is killed.
 */
public final class CutDatabase {
    private final Map<String, String> settings = SharedPostgres.newDatabase();

    /** What a provisioner needs to use it. */
    public Map<String, String> settings() {
        return settings;
    }

    /** A connection of the test's own, which is never cut. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                settings.get("SALLYPORT_DATABASE_URL") + "?ApplicationName=test",
                settings.get("SALLYPORT_DATABASE_USER"),
                settings.get("SALLYPORT_DATABASE_PASSWORD"));
    }

    /** Waits until somebody waits for a lock. */
    public void awaitBlocked() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            boolean blocked = false;
            while (!blocked) {
                try (ResultSet waiting =
                        statement.executeQuery(
                                "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                        + " AND datname = current_database()")) {
                    blocked = waiting.next();
                }
            }
        }
    }

    /**
     * Kills the provisioner when the question has come to where it writes into this table: whoever
     * asked has no certificate then, whatever the answer.
     */
    public void killWhileItHolds(
            String table, RunningProvisioner provisioner, Supplier<Answer> question)
            throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE " + table + " IN SHARE MODE");
            CompletableFuture<Answer> lost = CompletableFuture.supplyAsync(question);
            awaitBlocked();
            kill(provisioner);
            assertThat(lost.handle((answer, _) -> answer == null || answer.status() == 503))
                    .succeedsWithin(10, TimeUnit.SECONDS)
                    .isEqualTo(true);
            connection.rollback();
        }
    }

    /** Cuts the provisioner's connections, and ends it. */
    public void kill(RunningProvisioner provisioner) throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND application_name <> 'test'");
        }
        provisioner.close();
    }
}
