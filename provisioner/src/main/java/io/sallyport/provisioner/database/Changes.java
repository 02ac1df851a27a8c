package io.sallyport.provisioner.database;

import io.micronaut.context.annotation.Context;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.annotation.Transactional;
import io.micronaut.transaction.support.TransactionSynchronization;

import jakarta.annotation.PreDestroy;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes whoever waits for a row to change, within milliseconds of the commit, in every process that
 * uses the database (PostgreSQL's LISTEN and NOTIFY). One connection of its own listens, on one
 * virtual thread; while it is broken, watches wake by themselves every few seconds.
 *
 * <p>Waiting without missing a change: open the watch, then read the row, then wait.
 */
@Context
public class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final Duration FALLBACK = Duration.ofSeconds(2);
    private static final Duration LISTEN_ROUND = Duration.ofSeconds(10);
    private static final int DEADLINE_SECONDS = 5;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Database database;
    private final JdbcOperations jdbc;
    private final TransactionOperations<Connection> transactions;
    private final ConcurrentHashMap<UUID, Set<Watch>> watches = new ConcurrentHashMap<>();
    private final Thread listener;
    private volatile boolean listening;
    private volatile boolean closed;

    Changes(
            Database database,
            JdbcOperations jdbc,
            TransactionOperations<Connection> transactions) {
        this.database = database;
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.listener = Thread.ofVirtual().name("changes").start(this::listen);
    }

    /**
     * Tells every watch of this row about the change when the present transaction commits. Blocks.
     *
     * @param row its id; of a concentrator nothing has to be said, a trigger does it
     */
    @Transactional
    public void announce(UUID row) {
        announceHere(row);
        jdbc.prepareStatement(
                "SELECT pg_notify('sallyport', ?)",
                statement -> {
                    statement.setString(1, row.toString());
                    return statement.execute();
                });
    }

    /**
     * Tells the watches of this process alone, at the same moment: whoever waits here need not wait
     * for the way through the database. For what a trigger announces to the others.
     */
    @Transactional
    public void announceHere(UUID row) {
        transactions
                .findTransactionStatus()
                .orElseThrow()
                .registerSynchronization(
                        new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                                wake(row);
                            }
                        });
    }

    /** Begins to watch a row. */
    public Watch watch(UUID row) {
        var watch = new Watch(row);
        watches.compute(
                row,
                (_, present) -> {
                    Set<Watch> all = present == null ? ConcurrentHashMap.newKeySet() : present;
                    all.add(watch);
                    return all;
                });
        return watch;
    }

    @PreDestroy
    void close() {
        closed = true;
        listener.interrupt();
        wakeAll();
    }

    /** A wait for changes of one row. Of threads that share it, each change wakes one. */
    public final class Watch implements AutoCloseable {
        private final UUID row;
        private final Semaphore changed = new Semaphore(0);

        private Watch(UUID row) {
            this.row = row;
        }

        /**
         * Blocks until the row changed since the last call (or since the watch began) or until the
         * deadline; while nobody listens, a few seconds at most. The caller looks at the row and
         * calls again.
         *
         * @param deadline in the terms of {@link System#nanoTime()}
         * @return false, without waiting, once the deadline is over or this process ends
         * @throws InterruptedException if the thread was interrupted
         */
        public boolean await(long deadline) throws InterruptedException {
            long left = deadline - System.nanoTime();
            if (closed || left <= 0) {
                return false;
            }
            long patience = listening ? left : Math.min(left, FALLBACK.toNanos());
            if (changed.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
                changed.drainPermits();
            }
            return true;
        }

        @Override
        public void close() {
            watches.computeIfPresent(
                    row,
                    (_, present) -> {
                        present.remove(this);
                        return present.isEmpty() ? null : present;
                    });
        }
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("LISTEN sallyport");
                listening = true;
                // What changed while nobody listened.
                wakeAll();
                while (!closed) {
                    deliver(connection.unwrap(PGConnection.class));
                    // A server that is gone says nothing; a question finds out.
                    statement.execute("SELECT 1");
                }
            } catch (SQLException e) {
                listening = false;
                // They wait for a notification that may never come.
                wakeAll();
                if (!closed) {
                    LOG.warn("cannot listen for changes: {}", e.getMessage());
                    pause();
                }
            }
        }
    }

    private Connection connect() throws SQLException {
        var properties = new Properties();
        PGProperty.USER.set(properties, database.user());
        PGProperty.PASSWORD.set(properties, database.password());
        PGProperty.CONNECT_TIMEOUT.set(properties, DEADLINE_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, DEADLINE_SECONDS);
        return DriverManager.getConnection(database.url(), properties);
    }

    private void deliver(PGConnection connection) throws SQLException {
        for (PGNotification notification :
                connection.getNotifications(Math.toIntExact(LISTEN_ROUND.toMillis()))) {
            wake(notification.getParameter());
        }
    }

    private void wake(UUID row) {
        watches.getOrDefault(row, Set.of()).forEach(watch -> watch.changed.release());
    }

    private void wake(String row) {
        try {
            wake(UUID.fromString(row));
        } catch (IllegalArgumentException _) {
            LOG.warn("a notification that names no row");
        }
    }

    private void wakeAll() {
        watches.values().forEach(all -> all.forEach(watch -> watch.changed.release()));
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
