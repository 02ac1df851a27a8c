package io.sallyport.provisioner.truth;

import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings together what was known of one truth of one tunnel and what a report says of it. A report
 * brings changes, but also the present truth; where they leave a hole, because a concentrator was
 * restarted or nobody watched for a while, the hole becomes a change too, at the moment from which
 * it is known.
 *
 * @param known the truth before the report
 * @param since since when that was known; no change is dated before
 */
record Reconciliation(boolean known, Instant since) {
    private static final String FOUND = "found so when watching began";
    private static final String UNEXPLAINED = "the concentrator gave no cause";

    /**
     * The changes to write down, oldest first. A pure function.
     *
     * @param gap whether nobody watched just before the report's span
     * @param changes the report's changes of this truth, oldest first
     */
    List<TruthChange> with(
            ObservationReport report,
            boolean gap,
            TunnelObservation tunnel,
            Truth truth,
            List<TruthChange> changes) {
        List<TruthChange> real = new ArrayList<>();
        boolean present = present(tunnel, truth);
        boolean holds = known;
        Instant from = report.watchedFrom();
        // A change at the very beginning says itself what was found.
        if (gap && (changes.isEmpty() || changes.getFirst().at().isAfter(from))) {
            boolean found = changes.isEmpty() ? present : !changes.getFirst().holds();
            if (found != holds) {
                Instant at = from.isBefore(since) ? since : from;
                real.add(new TruthChange(tunnel.tunnel(), truth, found, at, FOUND));
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
                            tunnel.tunnel(), truth, present, report.watchedTo(), UNEXPLAINED));
        }
        return real;
    }

    private static boolean present(TunnelObservation tunnel, Truth truth) {
        return switch (truth) {
            case LOADED -> tunnel.loaded();
            case ESTABLISHED -> tunnel.established().isPresent();
            case CARRYING -> tunnel.carrying();
        };
    }
}
