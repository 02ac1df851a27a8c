package io.sallyport.provisioner;

import io.sallyport.provisioner.database.TestDatabase;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The one PostgreSQL of all test classes; each provisioner gets a database of its own in it. */
public final class SharedPostgres {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private SharedPostgres() {}

    /** Makes a database. @return the settings that a provisioner needs to use it */
    public static Map<String, String> newDatabase() {
        TestDatabase postgres = Holder.POSTGRES;
        String name = "test_" + COUNT.incrementAndGet();
        try (var connection =
                        DriverManager.getConnection(
                                postgres.url(), postgres.user(), postgres.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Map.of(
                "SALLYPORT_DATABASE_URL", postgres.url().replaceFirst("/[^/]*$", "/" + name),
                "SALLYPORT_DATABASE_USER", postgres.user(),
                "SALLYPORT_DATABASE_PASSWORD", postgres.password());
    }

    private static final class Holder {
        static final TestDatabase POSTGRES = start();

        private static void end(TestDatabase postgres) {
            try {
                postgres.end();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static TestDatabase start() {
            try {
                TestDatabase started = TestDatabase.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(started)));
                return started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
