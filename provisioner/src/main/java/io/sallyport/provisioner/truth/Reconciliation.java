package io.sallyport.provisioner.truth;

import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Brings together what was known of one truth of one tunnel and what a report says of it. A report
 * brings changes, but also the present truth; where they leave a hole, because a concentrator was
 * restarted or nobody watched for a while, the hole becomes a change too, at the moment from which
 * it is known.
 *
 * <p>What a report says is never dated outside the time it covers, nor before the truth was known:
 * a change that is told earlier or later is moved to the nearest moment that is not. So clocks that
 * differ and digits that the database does not keep refuse no report and alter no past.
 *
 * @param known the truth before the report
 * @param since since when that was known; no change is dated before
 */
record Reconciliation(boolean known, Instant since) {
    private static final String FOUND = "found so when watching began";
    private static final String MISSING = "its concentrator does not have it";
    private static final String UNEXPLAINED = "the concentrator gave no cause";

    /**
     * The changes to write down, oldest first. A pure function.
     *
     * @param gap whether nobody watched just before the report's span
     * @param told the report's changes of this truth
     */
    List<TruthChange> with(
            ObservationReport report,
            boolean gap,
            TunnelObservation tunnel,
            Truth truth,
            List<TruthChange> told) {
        List<TruthChange> changes =
                told.stream()
                        .map(change -> dated(change, within(report, change.at())))
                        .sorted(Comparator.comparing(TruthChange::at))
                        .toList();
        List<TruthChange> real = new ArrayList<>();
        boolean present = present(tunnel, truth);
        boolean holds = known;
        Instant from = within(report, report.watchedFrom());
        // A change at the very beginning says itself what was found.
        if (gap && (changes.isEmpty() || changes.getFirst().at().isAfter(from))) {
            boolean found = changes.isEmpty() ? present : !changes.getFirst().holds();
            if (found != holds) {
                real.add(new TruthChange(tunnel.tunnel(), truth, found, from, FOUND));
                holds = found;
            }
        }
        for (TruthChange change : changes) {
            if (change.holds() != holds) {
                real.add(change);
                holds = change.holds();
            }
        }
        if (present != holds) {
            real.add(
                    new TruthChange(
                            tunnel.tunnel(),
                            truth,
                            present,
                            within(report, report.watchedTo()),
                            UNEXPLAINED));
        }
        return real;
    }

    /**
     * The change to write down, if any, when a report does not list the tunnel: its concentrator
     * does not watch it, so it does not hold for any of the report's time. One that is not
     * configured there yet never held. A pure function.
     */
    List<TruthChange> without(ObservationReport report, UUID tunnel, Truth truth) {
        return known
                ? List.of(
                        new TruthChange(
                                tunnel,
                                truth,
                                false,
                                within(report, report.watchedFrom()),
                                MISSING))
                : List.of();
    }

    private Instant within(ObservationReport report, Instant at) {
        Instant cut = at.isAfter(report.watchedTo()) ? report.watchedTo() : at;
        Instant earliest = since.isAfter(report.watchedFrom()) ? since : report.watchedFrom();
        return cut.isBefore(earliest) ? earliest : cut;
    }

    private static TruthChange dated(TruthChange change, Instant at) {
        return new TruthChange(change.tunnel(), change.truth(), change.holds(), at, change.cause());
    }

    private static boolean present(TunnelObservation tunnel, Truth truth) {
        return switch (truth) {
            case LOADED -> tunnel.loaded();
            case ESTABLISHED -> tunnel.established().isPresent();
            case CARRYING -> tunnel.carrying();
        };
    }
}
