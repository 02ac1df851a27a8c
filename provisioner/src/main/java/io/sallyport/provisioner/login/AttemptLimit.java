package io.sallyport.provisioner.login;

import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Bounds the attempts that fail under one user name of a customer, whether or not there is such a
 * user. What succeeds is not counted, and nothing is before it was looked at; instead nobody hears
 * what became of an attempt ({@link #failed}, {@link #closed}) while the name is closed. So many
 * guesses at once learn no more than as many one after the other, and many right logins at once all
 * pass. From the fifth on each failure closes the name for a while: 30 s, and twice as long each
 * further time, up to 15 min; an hour without failures forgets all. Everything runs in the caller's
 * transaction and blocks.
 */
@Singleton
class AttemptLimit {
    private static final int FREE = 5;
    private static final long FIRST_LOCK_SECONDS = 30;
    private static final long LONGEST_LOCK_SECONDS = 900;
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private final Sql sql;

    AttemptLimit(Sql sql) {
        this.sql = sql;
    }

    /**
     * Whether the name is closed.
     *
     * @return seconds to wait if it is
     */
    OptionalLong closed(UUID customer, String username, Instant now) {
        return sql.first(
                        """
                        SELECT locked_until FROM login_limit
                         WHERE customer = ? AND username = ? AND locked_until > ?
                        """,
                        row -> Sql.instant(row, "locked_until"),
                        customer,
                        username,
                        now)
                .map(until -> OptionalLong.of(seconds(now, until)))
                .orElse(OptionalLong.empty());
    }

    /**
     * Counts an attempt that failed. Who counts another one of this name waits until the
     * transaction ends.
     *
     * @return seconds to wait if the name was closed meanwhile: then it is not counted; else empty
     */
    OptionalLong failed(UUID customer, String username, Instant now) {
        int counted =
                sql.update(
                        """
                        INSERT INTO login_limit AS present (customer, username, failures, last_at)
                        VALUES (?, ?, 1, ?)
                            ON CONFLICT (customer, username) DO UPDATE
                           SET failures = CASE WHEN present.last_at < ?::timestamptz THEN 1
                                               ELSE present.failures + 1 END,
                               last_at = excluded.last_at,
                               locked_until = CASE
                                   WHEN present.last_at < ?::timestamptz
                                        OR present.failures + 1 < ? THEN NULL
                                   ELSE excluded.last_at + make_interval(secs =>
                                        least(? * 2.0 ^ least(present.failures + 1 - ?, 10), ?))
                                   END
                         WHERE present.locked_until IS NULL
                            OR present.locked_until <= excluded.last_at
                        """,
                        customer,
                        username,
                        now,
                        now.minus(FORGOTTEN_AFTER),
                        now.minus(FORGOTTEN_AFTER),
                        FREE,
                        FIRST_LOCK_SECONDS,
                        FREE,
                        LONGEST_LOCK_SECONDS);
        if (counted == 1) {
            return OptionalLong.empty();
        }
        OptionalLong wait = closed(customer, username, now);
        // It may have been opened since: then whoever failed has had his turn.
        return wait.isPresent() ? wait : OptionalLong.of(1);
    }

    /** An attempt succeeded: all before it is forgotten. */
    void succeeded(UUID customer, String username) {
        sql.update(
                "DELETE FROM login_limit WHERE customer = ? AND username = ?", customer, username);
    }

    /** Deletes what does not count any more. */
    void forget(Instant now) {
        sql.update("DELETE FROM login_limit WHERE last_at < ?", now.minus(FORGOTTEN_AFTER));
    }

    private static long seconds(Instant now, Instant until) {
        return Math.max(1, Duration.between(now, until).plusMillis(999).toSeconds());
    }
}
