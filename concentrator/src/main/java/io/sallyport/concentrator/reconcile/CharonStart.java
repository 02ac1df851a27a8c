package io.sallyport.concentrator.reconcile;

import java.time.Duration;
import java.time.LocalDateTime;

/**
 * When a charon started, to tell one charon from the next, also over a restart of this process.
 *
 * <p>charon works the time out anew for each answer, from the wall clock and a monotonic one, each
 * cut to seconds, so the same charon may name two neighbouring seconds (strongSwan's vici_query.c,
 * {@code stats}). A step of the wall clock makes it look like another; then everything is loaded
 * again, which disturbs no SA.
 *
 * @param since as charon says it, in its local time
 */
public record CharonStart(LocalDateTime since) {
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** Whether both are the start of one and the same charon. */
    public boolean isSameAs(CharonStart other) {
        return Duration.between(since, other.since).abs().compareTo(TOLERANCE) < 0;
    }
}
