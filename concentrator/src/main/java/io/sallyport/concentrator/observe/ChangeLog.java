package io.sallyport.concentrator.observe;

import io.sallyport.wire.ObservationReport.TruthChange;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Changes that were not reported yet, and since when nothing was missed. Bounded: when it is full
 * the oldest change is dropped, and the time up to it counts as not watched. Owned by {@link
 * Observations}, under its lock.
 */
final class ChangeLog {
    /** A time that was watched throughout, and what changed in it. */
    record Interval(Instant from, Instant to, List<TruthChange> changes) {
        boolean isEmpty() {
            return from.equals(to) && changes.isEmpty();
        }
    }

    private final int capacity;
    private final ArrayDeque<TruthChange> changes = new ArrayDeque<>();
    private Instant watchedFrom;

    ChangeLog(int capacity, Instant watchedFrom) {
        this.capacity = capacity;
        this.watchedFrom = watchedFrom;
    }

    void add(TruthChange change) {
        if (changes.size() == capacity) {
            watchedFrom = changes.removeFirst().at();
        }
        changes.addLast(change);
    }

    /** What was noted so far is void; watching begins (again) now. */
    void beginAt(Instant now) {
        changes.clear();
        watchedFrom = now;
    }

    /**
     * Nobody watched from {@code lost} to {@code again}. What was noted up to then is an interval
     * of its own.
     *
     * @return that interval, unless there was none
     */
    Optional<Interval> interrupt(Instant lost, Instant again) {
        Instant to = lost.isBefore(watchedFrom) ? watchedFrom : lost;
        List<TruthChange> before = changes.stream().filter(it -> !it.at().isAfter(to)).toList();
        Interval closed = new Interval(watchedFrom, to, before);
        changes.removeIf(it -> !it.at().isAfter(to));
        watchedFrom = changes.isEmpty() ? again : changes.getFirst().at();
        return Optional.of(closed).filter(it -> !it.isEmpty());
    }

    Instant watchedFrom() {
        return watchedFrom;
    }

    /** All changes, oldest first; from here on only what follows {@code watchedTo}. */
    List<TruthChange> drain(Instant watchedTo) {
        List<TruthChange> drained = List.copyOf(changes);
        changes.clear();
        watchedFrom = watchedTo;
        return drained;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }
}
