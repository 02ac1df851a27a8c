package io.sallyport.provisioner.login;

import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Bounds the attempts under one user name of a customer, whether or not there is such a user. An
 * attempt is counted before it is looked at, so that many at once are no more than many one after
 * the other. From the fifth on each one that does not succeed closes the name for a while: 30 s,
 * and twice as long each further time, up to 15 min; an hour without attempts forgets all.
 * Everything runs in the caller's transaction and blocks.
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
     * Counts an attempt.
     *
     * @return seconds to wait if the name is closed: then it is not counted; else empty
     */
    OptionalLong count(UUID customer, String username, Instant now) {
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
        return sql.first(
                        "SELECT locked_until FROM login_limit WHERE customer = ? AND username = ?",
                        row -> Sql.instantIfAny(row, "locked_until").orElse(now),
                        customer,
                        username)
                .map(until -> OptionalLong.of(seconds(now, until)))
                .orElse(OptionalLong.of(1));
    }

    /** An attempt succeeded: all before it is forgotten. */
    void succeeded(UUID customer, String username) {
        sql.update(
                "DELETE FROM login_limit WHERE customer = ? AND username = ?", customer, username);
    }

    /** An attempt was right so far: it does not count. */
    void takeBack(UUID customer, String username) {
        sql.update(
                """
                UPDATE login_limit SET failures = greatest(failures - 1, 0),
                       locked_until = CASE WHEN failures - 1 < ? THEN NULL ELSE locked_until END
                 WHERE customer = ? AND username = ?
                """,
                FREE,
                customer,
                username);
    }

    /** Deletes what does not count any more. */
    void forget(Instant now) {
        sql.update("DELETE FROM login_limit WHERE last_at < ?", now.minus(FORGOTTEN_AFTER));
    }

    private static long seconds(Instant now, Instant until) {
        return Math.max(1, Duration.between(now, until).plusMillis(999).toSeconds());
    }
}
