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

    /** Waits until somebody waits for a lock of ours. */
    void awaitHeld(Duration deadline) {
        Polling.until(
                deadline,
                "a writer is held",
                () -> count("SELECT count(*) FROM pg_locks WHERE NOT granted"),
                held -> held > 0);
    }

    /** The single number that a query answers. */
    long count(String query, String... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
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
