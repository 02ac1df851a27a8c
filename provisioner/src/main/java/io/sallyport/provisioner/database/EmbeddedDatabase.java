package io.sallyport.provisioner.database;

import io.sallyport.provisioner.configuration.PrivateFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * PostgreSQL from the class path, run as a process of its own on a free port of the loopback
 * interface. It outlives this process if that is killed; the next start ends it first.
 */
final class EmbeddedDatabase implements Database {
    private static final String USER = "postgres";
    private static final Duration START_DEADLINE = Duration.ofMinutes(1);
    private static final int CONNECTIONS = 50;

    private final EmbeddedPostgres postgres;
    private final String password;

    private EmbeddedDatabase(EmbeddedPostgres postgres, String password) {
        this.postgres = postgres;
        this.password = password;
    }

    static EmbeddedDatabase start(Path data) throws IOException {
        return start(data, CONNECTIONS);
    }

    /**
     * @param connections at most, of all who use it
     */
    static EmbeddedDatabase start(Path data, int connections) throws IOException {
        Path directory = data.resolve("postgresql");
        Path passwordFile = data.resolve("postgresql.password");
        // Written when the first start is complete. Without it initdb was interrupted, and nothing
        // was stored yet.
        Path complete = directory.resolve("sallyport.initialised");
        Orphan.endIn(directory);
        if (!Files.exists(complete)) {
            deleteTree(directory);
            PrivateFile.write(passwordFile, newPassword());
        }
        String password = Files.readString(passwordFile);
        EmbeddedPostgres postgres =
                EmbeddedPostgres.builder()
                        .setDataDirectory(directory)
                        .setCleanDataDirectory(false)
                        .setRegisterShutdownHook(false)
                        .setOverrideWorkingDirectory(binaries(data).toFile())
                        .setPGStartupWait(START_DEADLINE)
                        // The library runs initdb with "-A trust"; a later option overrides it.
                        .setLocaleConfig("auth", "scram-sha-256")
                        .setLocaleConfig("pwfile", passwordFile.toString())
                        .setConnectConfig("password", password)
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("unix_socket_directories", "")
                        .setServerConfig("max_connections", Integer.toString(connections))
                        // The library is made for tests and turns durability off.
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
        if (!Files.exists(complete)) {
            Files.createFile(complete);
        }
        releaseMigrationLock(postgres);
        return new EmbeddedDatabase(postgres, password);
    }

    /**
     * Liquibase locks its tables while it works, and would wait for minutes for the lock of a
     * process that was killed. Nobody else uses this database, so whoever holds the lock is dead.
     */
    private static void releaseMigrationLock(EmbeddedPostgres postgres) throws IOException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    DO $$ BEGIN
                      IF to_regclass('public.databasechangeloglock') IS NOT NULL THEN
                        UPDATE databasechangeloglock
                           SET locked = FALSE, lockgranted = NULL, lockedby = NULL;
                      END IF;
                    END $$
                    """);
        } catch (SQLException e) {
            throw new IOException("the database started and does not answer", e);
        }
    }

    @Override
    public String url() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.getPort());
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    /**
     * Where the binaries are unpacked: once per user, because it takes seconds. The library opens
     * the directory it is given to everybody, so the one above it is closed.
     */
    private static Path binaries(Path data) throws IOException {
        Path own =
                Optional.ofNullable(System.getProperty("user.home"))
                        .map(Path::of)
                        .filter(home -> home.isAbsolute() && Files.isWritable(home))
                        .map(home -> home.resolve(".cache/sallyport/postgresql"))
                        .orElse(data.resolve("postgresql-binaries"));
        PrivateFile.createDirectory(own);
        return Files.createDirectories(own.resolve("unpacked"));
    }

    private static String newPassword() {
        byte[] octets = new byte[32];
        new SecureRandom().nextBytes(octets);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
