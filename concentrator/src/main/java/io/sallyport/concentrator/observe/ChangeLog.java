package io.sallyport.concentrator.observe;

import io.sallyport.wire.ObservationReport.TruthChange;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Changes that were not reported yet, and since when nothing was missed. Bounded: when it is full
 * the oldest change is dropped, and the time up to it counts as not watched. Owned by {@link
 * Observations}, under its lock.
 */
final class ChangeLog {
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
