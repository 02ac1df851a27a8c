package io.sallyport.provisioner.password;

import io.sallyport.provisioner.problem.ProblemException;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Does the work of Argon2id for a bounded number of callers at a time: one for each processor, each
 * with 19 MiB; some more wait, and the rest are turned away, because nobody waits that long for a
 * login. To be called outside of transactions: no connection is held meanwhile.
 *
 * <p>The work is done on platform threads of its own. A virtual thread that computes for tens of
 * milliseconds keeps its carrier from all others meanwhile, and there are as many carriers as
 * processors: everybody's transactions would move on by one statement for each password.
 */
@Singleton
public class PasswordWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordWork.class);

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int WAITING_AT_MOST = 200;
    private static final long PATIENCE_SECONDS = 10;

    private final SecureRandom random;
    private final Semaphore running = new Semaphore(PROCESSORS, true);
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    PROCESSORS, Thread.ofPlatform().daemon().name("password-", 0).factory());

    /** What a password is checked against that nobody has. */
    private final PasswordHash nobodys;

    PasswordWork(SecureRandom random) {
        this.random = random;
        if (Sodium.installed().isEmpty()) {
            LOG.info("no libsodium on this machine: each password costs three times as much");
        }
        char[] never = new char[32];
        for (int i = 0; i < never.length; i++) {
            never[i] = (char) ('!' + random.nextInt(94));
        }
        this.nobodys = PasswordHash.of(never, random);
    }

    /** There is more to do than can be done in time. */
    public static final class BusyException extends Exception {
        private BusyException() {
            super("too many passwords to check");
        }
    }

    /**
     * Checks a password. Without a hash the same work is done, and the answer is no.
     *
     * @throws BusyException if it had to wait too long
     */
    public boolean matches(Optional<PasswordHash> hash, char[] password) throws BusyException {
        enter();
        try {
            boolean matches = done(() -> hash.orElse(nobodys).matches(password));
            return matches && hash.isPresent();
        } finally {
            running.release();
        }
    }

    /**
     * Hashes a new password.
     *
     * @throws ProblemException if it had to wait too long
     */
    public PasswordHash hash(char[] password) {
        try {
            enter();
        } catch (BusyException e) {
            throw ProblemException.of(ProblemException.Kind.UNAVAILABLE, e.getMessage());
        }
        try {
            return done(() -> PasswordHash.of(password, random));
        } catch (BusyException e) {
            throw ProblemException.of(ProblemException.Kind.UNAVAILABLE, e.getMessage());
        } finally {
            running.release();
        }
    }

    private <T> T done(Callable<T> work) throws BusyException {
        try {
            return threads.submit(work).get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a password cannot be hashed", e.getCause());
        }
    }

    @Override
    @PreDestroy
    public void close() {
        threads.shutdownNow();
    }

    private void enter() throws BusyException {
        try {
            if (running.getQueueLength() >= WAITING_AT_MOST
                    || !running.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new BusyException();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        }
    }
}
