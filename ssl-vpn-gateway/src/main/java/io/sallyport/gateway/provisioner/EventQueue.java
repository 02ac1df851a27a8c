package io.sallyport.gateway.provisioner;

import io.sallyport.gateway.session.SessionEvents;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionReport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What happened to sessions and was not acknowledged yet; bounded. When it is nearly full, events
 * that only count are refused, because the next one can count for them; what is left is for
 * beginnings and ends. Thread-safe; {@link #offer} never blocks.
 */
public final class EventQueue implements SessionEvents {
    private final int most;
    private final int mostThatOnlyCount;
    private final Deque<SessionEvent> events = new ArrayDeque<>();
    private long lost;

    /**
     * @param most events that are kept
     */
    public EventQueue(int most) {
        this.most = most;
        this.mostThatOnlyCount = most / 2;
    }

    @Override
    public synchronized boolean offer(SessionEvent event) {
        boolean onlyCounts = event.change() instanceof SessionEvent.Carried;
        if (events.size() >= (onlyCounts ? mostThatOnlyCount : most)) {
            if (!onlyCounts) {
                lost++;
            }
            return false;
        }
        events.add(event);
        notifyAll();
        return true;
    }

    /** How many events wait. */
    public synchronized int waiting() {
        return events.size();
    }

    /** How many events there was no room for. */
    public synchronized long lost() {
        return lost;
    }

    /** Waits for an event. @return false if none came */
    synchronized boolean await(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toMillis(); events.isEmpty() && left > 0; ) {
            wait(left);
            left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        }
        return !events.isEmpty();
    }

    /** The oldest events, as many as a report takes. */
    synchronized List<SessionEvent> first() {
        return new ArrayList<>(events.stream().limit(SessionReport.MAX_EVENTS).toList());
    }

    /** The oldest events are done with. */
    synchronized void remove(int count) {
        for (int i = 0; i < count; i++) {
            events.remove();
        }
    }
}
