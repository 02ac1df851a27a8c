package io.sallyport.provisioner.login;

import io.sallyport.provisioner.password.PasswordWork;
import io.sallyport.provisioner.teleworker.TeleworkerSeal;
import io.sallyport.wire.Factor;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginDecision.Challenge;
import io.sallyport.wire.LoginRequest;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Decides on logins: reads what the attempt is about, does the password's work outside of any
 * transaction, then grants under a lock.
 */
@Singleton
class Logins {
    /** Time to look for the phone. */
    private static final Duration CONTINUATION_LIFE = Duration.ofMinutes(5);

    private final LoginReading reading;
    private final LoginGranting granting;
    private final PasswordWork passwords;
    private final TeleworkerSeal seal;
    private final LoginCounts counts;
    private final Clock clock;

    Logins(
            LoginReading reading,
            LoginGranting granting,
            PasswordWork passwords,
            TeleworkerSeal seal,
            LoginCounts counts,
            Clock clock) {
        this.reading = reading;
        this.granting = granting;
        this.passwords = passwords;
        this.seal = seal;
        this.counts = counts;
        this.clock = clock;
    }

    /** Decides. Blocks on the database, and takes CPU for tens of milliseconds for a password. */
    LoginDecision decide(UUID gateway, LoginRequest request) {
        boolean decided = false;
        try {
            LoginDecision decision =
                    switch (reading.read(gateway, request)) {
                        case LoginReading.Outcome.Decided(var early) -> early;
                        case LoginReading.Outcome.GoOn(var attempt) -> decide(attempt);
                    };
            decided = true;
            counts.decided(decision);
            return decision;
        } finally {
            if (!decided) {
                counts.failed();
            }
        }
    }

    private LoginDecision decide(Attempt attempt) {
        Set<Factor> factors = attempt.policy().factors();
        if (factors.contains(Factor.PASSWORD) && attempt.continuation().isEmpty()) {
            try {
                if (!passwordMatches(attempt)) {
                    return granting.conclude(attempt, Refusals.CREDENTIALS);
                }
            } catch (PasswordWork.BusyException _) {
                return granting.conclude(attempt, Refusals.BUSY);
            }
        }
        // From here on the teleworker has proved itself, by password or by certificate.
        Optional<Subject> subject = attempt.subject();
        if (subject.isEmpty()) {
            return granting.conclude(attempt, Refusals.CREDENTIALS);
        }
        if (factors.contains(Factor.TOTP)) {
            if (subject.get().totp().isEmpty()) {
                return granting.conclude(attempt, Refusals.NO_TOTP);
            }
            if (attempt.request().oneTimePassword().filter(code -> !code.isBlank()).isEmpty()) {
                return granting.conclude(attempt, challenge(attempt, subject.get()));
            }
        }
        return granting.grant(attempt, subject.get());
    }

    private boolean passwordMatches(Attempt attempt) throws PasswordWork.BusyException {
        char[] password = attempt.request().password().orElse("").toCharArray();
        try {
            return passwords.matches(attempt.subject().flatMap(Subject::password), password);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private Challenge challenge(Attempt attempt, Subject subject) {
        var continuation =
                new Continuation(
                        subject.id(),
                        subject.credentialsVersion(),
                        clock.instant().plus(CONTINUATION_LIFE));
        return new Challenge(
                Factor.TOTP,
                continuation.sealed(
                        seal.continuations(),
                        LoginReading.scope(attempt.customer(), attempt.request())),
                "Enter the code that your authenticator shows.");
    }
}
