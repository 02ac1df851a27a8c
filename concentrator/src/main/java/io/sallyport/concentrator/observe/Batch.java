package io.sallyport.concentrator.observe;

import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The content of a report, taken at one moment; each change is in one batch only. */
public record Batch(
        Instant watchedFrom,
        Instant watchedTo,
        long appliedVersion,
        Charon charon,
        List<TunnelObservation> tunnels,
        List<TruthChange> changes,
        Optional<Set<String>> trust) {
    public Batch {
        tunnels = List.copyOf(tunnels);
        changes = List.copyOf(changes);
    }
}
