package io.sallyport.provisioner.login;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginDecision.Accepted;
import io.sallyport.wire.LoginDecision.Challenge;
import io.sallyport.wire.LoginDecision.Refused;
import io.sallyport.wire.SessionId;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Who tried to log in, and what became of it. A name that is no user's is not kept: people type
 * passwords there.
 */
@Singleton
class LoginRecords {
    private static final Duration KEPT = Duration.ofDays(90);

    private final Sql sql;
    private final AttemptLimit limit;
    private final Clock clock;

    LoginRecords(Sql sql, AttemptLimit limit, Clock clock) {
        this.sql = sql;
        this.limit = limit;
        this.clock = clock;
    }

    /** What is known of an attempt: null where nothing is. */
    record Facts(
            UUID gateway,
            UUID customer,
            @Nullable UUID teleworker,
            @Nullable String group,
            String source) {}

    /** Records a decision. Blocks; a transaction of the caller is joined. */
    @Transactional
    void record(Facts facts, LoginDecision decision) {
        SessionId session = decision instanceof Accepted(var grant) ? grant.session() : null;
        sql.update(
                """
                INSERT INTO login_record (customer, gateway, at, teleworker, group_name, source,
                                          decision, session)
                VALUES (?, ?, ?, ?::uuid, ?::varchar, ?, ?, ?::varchar)
                """,
                facts.customer(),
                facts.gateway(),
                clock.instant(),
                facts.teleworker(),
                facts.group(),
                facts.source(),
                switch (decision) {
                    case Accepted _ -> "ACCEPTED";
                    case Challenge _ -> "CHALLENGE";
                    case Refused(var reason, _, _) -> reason.name();
                },
                session);
    }

    /** Deletes what is old. Blocks. */
    @Transactional
    @Scheduled(fixedDelay = "1h", initialDelay = "10m")
    void forget() {
        Instant now = clock.instant();
        sql.update("DELETE FROM login_record WHERE at < ?", now.minus(KEPT));
        limit.forget(now);
    }
}
