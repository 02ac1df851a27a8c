package io.sallyport.wire;

import java.util.List;

/**
 * A batch of events of a gateway's sessions, those of a session in their order. It may be sent
 * again until it is acknowledged: the receiver stores each event once, by session and sequence.
 *
 * @param events at most {@link #MAX_EVENTS}
 */
public record SessionReport(List<SessionEvent> events) {
    public static final int MAX_EVENTS = 1_000;

    /**
     * @throws IllegalArgumentException if there are too many
     */
    public SessionReport {
        events = List.copyOf(events);
        if (events.size() > MAX_EVENTS) {
            throw new IllegalArgumentException("expected at most %d events".formatted(MAX_EVENTS));
        }
    }
}
