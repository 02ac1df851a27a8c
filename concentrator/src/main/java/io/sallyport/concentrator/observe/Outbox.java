package io.sallyport.concentrator.observe;

import io.sallyport.wire.ObservationReport.TruthChange;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be reported, and whether it can wait. Owned by {@link Observations}, under its lock
 * but for the waiting, which takes that lock.
 */
final class Outbox {
    /** Intervals kept that ended with an interruption; the oldest goes first. */
    private static final int MOST_INTERRUPTED = 8;

    private final ReentrantLock lock;
    private final Condition news;
    private final ChangeLog changes;
    private final ArrayDeque<Batch> interrupted = new ArrayDeque<>();
    private boolean urgent;

    /**
     * @param lock the owner's
     */
    Outbox(ReentrantLock lock, ChangeLog changes) {
        this.lock = lock;
        this.news = lock.newCondition();
        this.changes = changes;
    }

    /** What there is must not wait any longer. */
    void hurry() {
        urgent = true;
        news.signalAll();
    }

    void add(TruthChange change) {
        changes.add(change);
        news.signalAll();
    }

    /** An interval that ended with an interruption; a batch of its own. */
    void add(Batch batch) {
        if (interrupted.size() == MOST_INTERRUPTED) {
            interrupted.removeFirst();
        }
        interrupted.addLast(batch);
        news.signalAll();
    }

    /** The oldest interval that ended with an interruption. */
    Optional<Batch> takeInterrupted() {
        return Optional.ofNullable(interrupted.pollFirst());
    }

    /** All changes up to now; what follows belongs to the next interval. */
    ChangeLog.Interval takeInterval(Instant now) {
        Instant from = changes.watchedFrom();
        Instant to = now.isBefore(from) ? from : now; // the clock may have been set back
        return new ChangeLog.Interval(from, to, changes.drain(to));
    }

    /** Whoever takes now has all that was urgent. */
    void calm() {
        urgent = false;
    }

    /** See {@link Observations#awaitNews}. */
    boolean awaitNews(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && !urgent && changes.isEmpty() && interrupted.isEmpty()) {
                left = news.awaitNanos(left);
            }
            return urgent;
        } finally {
            lock.unlock();
        }
    }

    /** See {@link Observations#awaitUrgency}. */
    void awaitUrgency(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (left > 0 && !urgent) {
                boolean _ = news.await(left, TimeUnit.NANOSECONDS);
                left = end - System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }
}
