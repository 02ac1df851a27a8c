package io.sallyport.provisioner.login;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.concentrator.PlainText;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.session.NewSession;
import io.sallyport.provisioner.session.Sessions;
import io.sallyport.provisioner.totp.Totp;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginDecision.Accepted;
import io.sallyport.wire.LoginDecision.Challenge;
import io.sallyport.wire.LoginDecision.Refused;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.SessionId;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

/**
 * The second half of a decision, after the password: all the rest under a lock on the teleworker's
 * row. So of two logins with one code the second finds it used, and a block, a new password or a
 * revocation that came meanwhile counts. One transaction.
 */
@Singleton
class LoginGranting {
    /** The longest session, where the group sets no limit. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Sql sql;
    private final Certificates certificates;
    private final Sessions sessions;
    private final AttemptLimit limit;
    private final LoginRecords records;
    private final Clock clock;

    LoginGranting(
            Sql sql,
            Certificates certificates,
            Sessions sessions,
            AttemptLimit limit,
            LoginRecords records,
            Clock clock) {
        this.sql = sql;
        this.certificates = certificates;
        this.sessions = sessions;
        this.limit = limit;
        this.records = records;
        this.clock = clock;
    }

    private record Locked(boolean active, int credentialsVersion, long lastStep) {}

    /**
     * Decides, with a one-time password if the group asks for one. The caller has proved the other
     * factors. Blocks.
     */
    @Transactional
    LoginDecision grant(Attempt attempt, Subject subject) {
        return counted(attempt, decide(attempt, subject));
    }

    /** Records a decision that needs no lock. Blocks. */
    @Transactional
    LoginDecision conclude(Attempt attempt, LoginDecision decision) {
        return counted(attempt, decision);
    }

    /** Counts and records. What is counted too late is answered like what came too late. */
    private LoginDecision counted(Attempt attempt, LoginDecision decision) {
        LoginDecision counted =
                switch (decision) {
                    case Accepted _ -> {
                        attempt.limitKey()
                                .ifPresent(key -> limit.succeeded(attempt.customer(), key));
                        yield decision;
                    }
                    // A password that was right and only lacks its code does not count.
                    case Challenge _ -> closed(attempt).orElse(decision);
                    case Refused(var reason, _, _) ->
                            switch (reason) {
                                case BUSY, TOO_MANY_ATTEMPTS -> decision;
                                case CREDENTIALS,
                                        GROUP,
                                        CERTIFICATE_MISSING,
                                        CERTIFICATE,
                                        BLOCKED,
                                        CONTINUATION ->
                                        failed(attempt).orElse(decision);
                            };
                };
        records.record(facts(attempt), counted);
        return counted;
    }

    private Optional<LoginDecision> failed(Attempt attempt) {
        return tooMany(attempt, key -> limit.failed(attempt.customer(), key, clock.instant()));
    }

    private Optional<LoginDecision> closed(Attempt attempt) {
        return tooMany(attempt, key -> limit.closed(attempt.customer(), key, clock.instant()));
    }

    private static Optional<LoginDecision> tooMany(
            Attempt attempt, Function<String, OptionalLong> seconds) {
        OptionalLong wait = attempt.limitKey().map(seconds).orElse(OptionalLong.empty());
        return wait.isPresent()
                ? Optional.of(Refusals.tooMany(wait.getAsLong()))
                : Optional.empty();
    }

    private LoginDecision decide(Attempt attempt, Subject subject) {
        Instant now = clock.instant();
        Optional<Locked> locked = lock(subject.id());
        if (locked.isEmpty() || locked.get().credentialsVersion() != subject.credentialsVersion()) {
            return Refusals.CREDENTIALS;
        }
        Optional<LoginDecision> closed = closed(attempt);
        if (closed.isPresent()) {
            return closed.get();
        }
        GroupPolicy policy = attempt.policy();
        if (policy.factors().contains(Factor.TOTP)) {
            Optional<Refused> refused = useCode(attempt, subject, locked.get().lastStep(), now);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        Optional<Certificate> certificate =
                attempt.certificate().flatMap(shown -> certificates.find(shown.id()));
        if (certificate.filter(row -> !row.holdsAt(now)).isPresent()) {
            return Refusals.CERTIFICATE;
        }
        if (!locked.get().active()) {
            return Refusals.BLOCKED;
        }
        if (!isMember(subject.id(), policy)) {
            return Refusals.NOT_A_MEMBER;
        }
        Instant notAfter = notAfter(policy, certificate, now);
        SessionId session = sessions.begin(newSession(attempt, subject, notAfter));
        return new Accepted(
                new LoginGrant(session, subject.id(), subject.username(), policy, notAfter));
    }

    /** Uses the code up: its step and all before it are refused from now on. */
    private Optional<Refused> useCode(
            Attempt attempt, Subject subject, long lastStep, Instant now) {
        Totp totp = subject.totp().orElseThrow();
        OptionalLong step =
                attempt.request()
                        .oneTimePassword()
                        .map(code -> totp.step(code, now, lastStep))
                        .orElse(OptionalLong.empty());
        if (step.isEmpty()) {
            return Optional.of(Refusals.CREDENTIALS);
        }
        sql.update(
                "UPDATE teleworker SET totp_last_step = ? WHERE id = ?",
                step.getAsLong(),
                subject.id());
        return Optional.empty();
    }

    private Optional<Locked> lock(UUID teleworker) {
        return sql.first(
                """
                SELECT state = 'ACTIVE' AS active, credentials_version,
                       coalesce(totp_last_step, -1) AS last_step
                  FROM teleworker WHERE id = ? AND state <> 'DELETED' FOR NO KEY UPDATE
                """,
                row ->
                        new Locked(
                                row.getBoolean("active"),
                                row.getInt("credentials_version"),
                                row.getLong("last_step")),
                teleworker);
    }

    /**
     * Whether the teleworker is in the group. Who deletes the group meanwhile waits, and then finds
     * the session that is granted here.
     */
    private boolean isMember(UUID teleworker, GroupPolicy policy) {
        return sql.first(
                        """
                        SELECT m.teleworker FROM teleworker_membership m
                          JOIN teleworker_group g ON g.id = m.teleworker_group
                         WHERE m.teleworker = ? AND g.name = ? FOR KEY SHARE
                        """,
                        _ -> true,
                        teleworker,
                        policy.name())
                .isPresent();
    }

    private static Instant notAfter(
            GroupPolicy policy, Optional<Certificate> certificate, Instant now) {
        Instant end =
                policy.sessionTimeoutSeconds() == 0
                        ? now.plus(LONGEST)
                        : now.plusSeconds(policy.sessionTimeoutSeconds());
        return certificate
                .map(Certificate::notAfter)
                .filter(certificateEnd -> certificateEnd.isBefore(end))
                .orElse(end);
    }

    private static NewSession newSession(Attempt attempt, Subject subject, Instant notAfter) {
        return new NewSession(
                attempt.customer(),
                attempt.gateway(),
                subject.id(),
                attempt.policy().name(),
                notAfter,
                attempt.request().sourceAddress().toString(),
                attempt.request().userAgent().map(PlainText::of),
                attempt.certificate().map(Certificate::id),
                attempt.policy().maximumSessionsPerUser());
    }

    private static LoginRecords.Facts facts(Attempt attempt) {
        return new LoginRecords.Facts(
                attempt.gateway(),
                attempt.customer(),
                attempt.subject().map(Subject::id).orElse(null),
                attempt.policy().name(),
                attempt.request().sourceAddress().toString());
    }
}
