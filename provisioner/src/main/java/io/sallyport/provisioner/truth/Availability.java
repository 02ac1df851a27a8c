package io.sallyport.provisioner.truth;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How long a tunnel carried traffic, and how sure we are of it. Up is the time in which the tunnel
 * was watched and carried; down the time in which it was watched and did not; the rest is
 * unobserved and counts as neither. The three sum up to the period.
 *
 * @param from beginning of the period
 * @param to end of the period
 * @param up watched and carrying
 * @param down watched and not carrying
 * @param unobserved not watched
 * @param outages the watched times without carrying, in order; they sum up to {@code down}
 */
public record Availability(
        Instant from,
        Instant to,
        Duration up,
        Duration down,
        Duration unobserved,
        List<Outage> outages) {
    private static final int DECIMALS = 5;

    public Availability {
        outages = List.copyOf(outages);
    }

    /**
     * A watched time without carrying; ends also where watching ends.
     *
     * @param cause why the tunnel stopped carrying
     */
    public record Outage(Instant from, Instant to, String cause) {}

    /** Carrying began or ceased. */
    public record Change(Instant at, boolean carrying, String cause) {}

    /** A time in which the tunnel was watched without interruption. */
    public record Span(Instant from, Instant to) {
        // May end before it begins: then they have nothing in common.
        private Span and(Instant otherFrom, Instant otherTo) {
            return new Span(
                    from.isAfter(otherFrom) ? from : otherFrom,
                    to.isBefore(otherTo) ? to : otherTo);
        }
    }

    /**
     * up / (up + down), cut after the fifth decimal, never rounded up; empty when nothing was
     * watched.
     */
    public Optional<BigDecimal> ratio() {
        BigDecimal watched = seconds(up.plus(down));
        return watched.signum() == 0
                ? Optional.empty()
                : Optional.of(seconds(up).divide(watched, DECIMALS, RoundingMode.DOWN));
    }

    /**
     * Computes it. A pure function: the same evidence gives the same figure.
     *
     * @param from beginning of the period
     * @param to end of the period; a period that would end before it begins is empty
     * @param changes of carrying, oldest first; the last one before the period says how it begins,
     *     and without one it begins as not carrying
     * @param spans when the tunnel was watched, in any order, also overlapping
     */
    public static Availability compute(
            Instant from, Instant to, List<Change> changes, List<Span> spans) {
        Instant end = to.isBefore(from) ? from : to;
        List<Span> watched = union(from, end, spans);
        Duration up = Duration.ZERO;
        Duration down = Duration.ZERO;
        List<Outage> outages = new ArrayList<>();
        int next = 0;
        for (State state : states(from, end, changes)) {
            // Both lists are in order: what ended before this state is never looked at again.
            while (next < watched.size() && !watched.get(next).to.isAfter(state.from)) {
                next++;
            }
            for (int at = next; at < watched.size(); at++) {
                Span both = watched.get(at).and(state.from, state.to);
                if (!both.from.isBefore(both.to)) {
                    break;
                }
                Duration length = Duration.between(both.from, both.to);
                if (state.carrying) {
                    up = up.plus(length);
                } else {
                    down = down.plus(length);
                    outages.add(new Outage(both.from, both.to, state.cause));
                }
            }
        }
        Duration unobserved = Duration.between(from, end).minus(up).minus(down);
        return new Availability(from, end, up, down, unobserved, outages);
    }

    private record State(Instant from, Instant to, boolean carrying, String cause) {}

    // The period cut at each real change. Of changes at one instant the last one holds.
    private static List<State> states(Instant from, Instant to, List<Change> changes) {
        List<State> states = new ArrayList<>();
        Instant since = from;
        boolean carrying = false;
        String cause = "not yet carrying";
        for (Change change : changes) {
            if (!change.at.isBefore(to)) {
                break;
            }
            if (change.carrying == carrying && change.at.isAfter(from)) {
                continue;
            }
            if (change.at.isAfter(since)) {
                states.add(new State(since, change.at, carrying, cause));
                since = change.at;
            }
            carrying = change.carrying;
            cause = change.cause;
        }
        states.add(new State(since, to, carrying, cause));
        return states;
    }

    private static List<Span> union(Instant from, Instant to, List<Span> spans) {
        List<Span> union = new ArrayList<>();
        spans.stream()
                .map(span -> span.and(from, to))
                .filter(span -> span.from.isBefore(span.to))
                .sorted(Comparator.comparing(Span::from))
                .forEach(
                        span -> {
                            if (union.isEmpty() || union.getLast().to.isBefore(span.from)) {
                                union.add(span);
                            } else if (union.getLast().to.isBefore(span.to)) {
                                union.add(new Span(union.removeLast().from, span.to));
                            }
                        });
        return union;
    }

    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9));
    }
}
