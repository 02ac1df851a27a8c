package io.sallyport.provisioner;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.sallyport.provisioner.access.InitialAccess;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.database.Database;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** A running provisioner. */
public final class Provisioner implements AutoCloseable {
    private final Database database;
    private final ApplicationContext context;
    private final EmbeddedServer api;

    private Provisioner(Database database, ApplicationContext context, EmbeddedServer api) {
        this.database = database;
        this.context = context;
        this.api = api;
    }

    public static void main(String[] arguments) throws IOException {
        Configuration configuration = Configuration.of(System.getenv());
        // PostgreSQL keeps microseconds: an instant equals itself after a round trip.
        Clock clock = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
        Provisioner provisioner = start(configuration, clock);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("shutdown").unstarted(provisioner::close));
    }

    /**
     * Starts everything. Blocks until the listeners answer.
     *
     * @throws IOException if the data directory or the embedded database cannot be used
     */
    public static Provisioner start(Configuration configuration, Clock clock) throws IOException {
        makePrivate(configuration.data());
        Database database = Database.start(configuration);
        ApplicationContext context =
                ApplicationContext.builder(Provisioner.class)
                        .banner(false)
                        .properties(properties(configuration, database))
                        .singletons(configuration, clock, new SecureRandom(), database)
                        .start();
        context.getBean(InitialAccess.class).ensure();
        EmbeddedServer api = context.getBean(EmbeddedServer.class).start();
        return new Provisioner(database, context, api);
    }

    /** Where the public API answers. */
    public URI apiUrl() {
        return api.getURI();
    }

    /** The application's beans, for tests of a single bean. */
    ApplicationContext context() {
        return context;
    }

    @Override
    public void close() {
        context.close();
        try {
            database.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, Object> properties(Configuration configuration, Database database) {
        return Map.of(
                "micronaut.server.host", configuration.api().address().toString(),
                "micronaut.server.port",
                        configuration.api().port() == 0 ? -1 : configuration.api().port(),
                "datasources.default.url", database.url(),
                "datasources.default.username", database.user(),
                "datasources.default.password", database.password());
    }

    private static void makePrivate(Path data) throws IOException {
        Files.createDirectories(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    }
}
