package io.sallyport.provisioner.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.CutDatabase;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.order.Awaited;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.UUID;

/** What it costs to find out which node calls, before anything is done for it. */
class NodeAccessStatementsTest {
    @TempDir static Path data;
    private static final CutDatabase DATABASE = new CutDatabase();
    private static RunningProvisioner provisioner;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start(data, DATABASE.settings());
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @Test
    void aGatewayIsFoundWithoutATransaction() {
        HttpClient client = TestGateway.enrolled(provisioner).client();
        boolean _ = Awaited.until(() -> endsWithTheNode(client, "gateways"), ended -> ended);
    }

    @Test
    void aConcentratorIsFoundWithoutATransaction() {
        HttpClient client = TestNode.enrolled(provisioner).client();
        boolean _ = Awaited.until(() -> endsWithTheNode(client, "concentrators"), ended -> ended);
    }

    /**
     * Asks as the node about another one, which is refused once the node was found. Whether the
     * last statement of a connection is then the one that found it: after a transaction it would be
     * COMMIT. Something else may have had the connection meanwhile.
     */
    private static boolean endsWithTheNode(HttpClient client, String path) {
        try (Connection connection = DATABASE.connect();
                PreparedStatement found =
                        connection.prepareStatement(
                                """
                                SELECT FROM pg_stat_activity
                                 WHERE datname = current_database() AND state = 'idle'
                                   AND query LIKE 'SELECT node FROM node_credential%'
                                   AND query_start > ?
                                """)) {
            found.setObject(1, now(connection));
            String other = "/internal/v1/%s/%s/desired".formatted(path, UUID.randomUUID());
            var request = HttpRequest.newBuilder(provisioner.internalUrl().resolve(other));
            assertThat(RunningProvisioner.send(client, request).status()).isEqualTo(403);
            try (ResultSet rows = found.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OffsetDateTime now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class);
        }
    }
}
