package io.sallyport.concentrator.reconcile;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * When a charon started, to tell one charon from the next, also over a restart of this process.
 *
 * <p>charon works the time out anew for each answer, from the wall clock and a monotonic one, each
 * cut to seconds, so the same charon may name two neighbouring seconds (strongSwan's vici_query.c,
 * {@code stats}). A step of the wall clock makes it look like another; then everything is loaded
 * again, which disturbs no SA.
 *
 * @param since as charon prints it, in its local time
 */
public record CharonStart(String since) {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("MMM dd HH:mm:ss uuuu", Locale.ENGLISH);
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** Whether both are the start of one and the same charon. */
    public boolean isSameAs(CharonStart other) {
        Optional<LocalDateTime> mine = time();
        Optional<LocalDateTime> theirs = other.time();
        if (mine.isEmpty() || theirs.isEmpty()) {
            return since.equals(other.since);
        }
        return Duration.between(mine.get(), theirs.get()).abs().compareTo(TOLERANCE) < 0;
    }

    private Optional<LocalDateTime> time() {
        try {
            return Optional.of(LocalDateTime.parse(since, FORMAT));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
