package io.sallyport.provisioner;

import io.micronaut.context.ApplicationContext;
import io.sallyport.provisioner.access.InitialAccess;
import io.sallyport.provisioner.authority.CeremonyCommand;
import io.sallyport.provisioner.authority.RevocationLists;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.DataDirectory;
import io.sallyport.provisioner.database.Database;
import io.sallyport.provisioner.listener.Listeners;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A running provisioner. */
public final class Provisioner implements AutoCloseable {
    // Held, because the log manager forgets a logger that nobody holds, and its level with it.
    private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

    private final DataDirectory data;
    private final Database database;
    private final ApplicationContext context;
    private final Listeners listeners;

    /** Gives the database of a configuration. */
    interface DatabaseStart {
        Database of(Configuration configuration) throws IOException;
    }

    private Provisioner(
            DataDirectory data,
            Database database,
            ApplicationContext context,
            Listeners listeners) {
        this.data = data;
        this.database = database;
        this.context = context;
        this.listeners = listeners;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0) {
            System.exit(command(List.of(arguments)));
        }
        quietLiquibase();
        Provisioner provisioner = start(Configuration.of(System.getenv()), clock());
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(provisioner::end));
    }

    private static int command(List<String> arguments) {
        if (!arguments.getFirst().equals("ceremony")) {
            System.err.println("usage: provisioner, or provisioner ceremony COMMAND ...");
            return 2;
        }
        return new CeremonyCommand(System.getenv(), clock(), System.out, System.err)
                .run(arguments.subList(1, arguments.size()));
    }

    /**
     * Starts everything. Blocks until the listeners answer.
     *
     * @throws IOException if the data directory, the database or the authorities cannot be used
     */
    public static Provisioner start(Configuration configuration, Clock clock) throws IOException {
        return start(configuration, Database::start, clock);
    }

    /** As {@link #start(Configuration, Clock)}; tests bring the database that they share. */
    static Provisioner start(Configuration configuration, DatabaseStart start, Clock clock)
            throws IOException {
        DataDirectory data = DataDirectory.open(configuration.data());
        try {
            Listeners.forget(configuration);
            Database database = start.of(configuration);
            try {
                ApplicationContext context = context(configuration, clock, database);
                try {
                    context.start();
                    context.getBean(InitialAccess.class).ensure();
                    context.getBean(RevocationLists.class).renew();
                    Listeners listeners = context.getBean(Listeners.class);
                    listeners.open();
                    context.getBean(InitialAccess.class).handedOut();
                    return new Provisioner(data, database, context, listeners);
                } catch (IOException | RuntimeException e) {
                    end(context);
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static ApplicationContext context(
            Configuration configuration, Clock clock, Database database) {
        return ApplicationContext.builder(Provisioner.class)
                .banner(false)
                // Looks at nothing but what we tell it, and asks no cloud who it is.
                .deduceEnvironment(false)
                .properties(
                        Map.of(
                                "datasources.default.url", database.url(),
                                "datasources.default.username", database.user(),
                                "datasources.default.password", database.password()))
                .singletons(configuration, clock, new SecureRandom(), database)
                .build();
    }

    /**
     * A context that did not come up would close nothing, and leave the connections of its pool
     * open: what it had made is ended one by one.
     */
    private static void end(ApplicationContext context) {
        if (!context.isRunning()) {
            context.getActiveBeanRegistrations(Object.class).forEach(context::destroyBean);
        }
        context.close();
    }

    /** UTC, in microseconds: that is what PostgreSQL keeps, so an instant equals itself there. */
    static Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }

    /** Where the public API answers. */
    public URI apiUrl() {
        return listeners.apiUrl();
    }

    /** Where the internal API answers. */
    public URI internalUrl() {
        return listeners.internalUrl();
    }

    /** Where devices of branches enrol. */
    public URI enrolmentUrl() {
        return listeners.enrolmentUrl();
    }

    /** Where CRLs and OCSP answers are, if somebody listens there. */
    public Optional<URI> revocationUrl() {
        return listeners.revocationUrl();
    }

    /** The application's beans, for tests of a single bean. */
    ApplicationContext context() {
        return context;
    }

    /** Stops accepting, ends what runs, and ends the embedded database. Blocks. */
    @Override
    public void close() throws IOException {
        try (data;
                database;
                context) {
            listeners.close();
        }
    }

    /** Liquibase tells every step to java.util.logging and to the console, not to our log. */
    private static void quietLiquibase() {
        LIQUIBASE.setLevel(Level.WARNING);
        System.setProperty("liquibase.ui.service", "LOGGER");
        System.setProperty("liquibase.showSummary", "OFF");
    }

    private void end() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException("the end was not clean", e);
        }
    }
}
