package io.sallyport.lab.system;

import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The provisioner's embedded database, entered by the side door: to hold work at a step, and to
 * count rows.
 */
final class ProvisionerDatabase implements AutoCloseable {
    /** PostgreSQL's postmaster.pid: the fourth line is the port. */
    private static final int PORT_LINE = 3;

    private final Connection connection;

    private ProvisionerDatabase(Connection connection) {
        this.connection = connection;
    }

    static ProvisionerDatabase of(ProvisionerProcess provisioner) throws IOException, SQLException {
        Path data = provisioner.data();
        String port =
                Files.readAllLines(data.resolve("postgresql/postmaster.pid"))
                        .get(PORT_LINE)
                        .strip();
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                        "postgres",
                        Files.readString(data.resolve("postgresql.password")));
        return new ProvisionerDatabase(connection);
    }

    /** Lets nobody write into a table, until this connection is closed. */
    void holdWriters(String table) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement lock = connection.createStatement()) {
            lock.execute("LOCK TABLE " + table + " IN SHARE MODE");
        }
    }

    /**
     * Lets nobody commit a change of this kind to the table. The transaction of whoever tries is
     * complete but for that: it is committed by {@link #letCommit}, also if he is dead by then.
     */
    void holdCommits(String change, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END'
                    """);
            statement.execute(
                    "CREATE CONSTRAINT TRIGGER held AFTER %s ON %s DEFERRABLE INITIALLY DEFERRED"
                                    .formatted(change, table)
                            + " FOR EACH ROW EXECUTE FUNCTION held()");
            statement.execute("SELECT pg_advisory_lock(1)");
        }
    }

    /** Lets go who was held by {@link #holdCommits}; on return he has committed. */
    void letCommit(String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_unlock(1)");
            // Waits for the end of every transaction that wrote into the table.
            statement.execute("DROP TRIGGER held ON " + table);
            statement.execute("DROP FUNCTION held()");
        }
    }

    /** Waits until somebody waits for a lock of ours. */
    void awaitHeld(Duration deadline) {
        Polling.until(
                deadline,
                "a writer is held",
                () ->
                        count(
                                """
                                SELECT count(*) FROM pg_stat_activity
                                WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))
                                """),
                held -> held > 0);
    }

    /** The single number that a query answers. */
    long count(String query, String... parameters) {
        return Long.parseLong(text(query, parameters));
    }

    /** The single text that a query answers. */
    String text(String query, String... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
