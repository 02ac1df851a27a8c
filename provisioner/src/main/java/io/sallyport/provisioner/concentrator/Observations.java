package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.wire.ObservationReport;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What concentrators reported, and which time that covers. */
@Singleton
public class Observations {
    /** A concentrator whose clock is further ahead could make up time that was never watched. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final ConcentratorLock lock;
    private final RestoredVersions versions;
    private final ConcentratorRepository concentrators;
    private final ObservationRepository observations;
    private final List<ObservationListener> listeners;
    private final Clock clock;

    Observations(
            ConcentratorLock lock,
            RestoredVersions versions,
            ConcentratorRepository concentrators,
            ObservationRepository observations,
            List<ObservationListener> listeners,
            Clock clock) {
        this.lock = lock;
        this.versions = versions;
        this.concentrators = concentrators;
        this.observations = observations;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
    }

    /**
     * Stores a report with all that follows from it, or nothing; a report that was stored before is
     * passed over. Blocks.
     *
     * @throws ProblemException if the report speaks of the future
     */
    @Transactional
    void store(UUID concentrator, ObservationReport report) {
        Instant now = clock.instant();
        if (report.watchedTo().isAfter(now.plus(CLOCK_SKEW))) {
            throw ProblemException.of(
                    Kind.INVALID_REQUEST,
                    "watchedTo",
                    "%s is in the future: the clocks differ".formatted(report.watchedTo()));
        }
        // Reports of one concentrator are stored one after the other.
        lock.take(concentrator);
        store(concentrator, known(concentrator, report), now);
    }

    /** The report, saying of applied versions only what this database counted. */
    private ObservationReport known(UUID concentrator, ObservationReport report) {
        long applied = versions.own(concentrator, "appliedVersion", report.appliedVersion());
        return applied == report.appliedVersion()
                ? report
                : new ObservationReport(
                        report.boot(),
                        report.sequence(),
                        report.watchedFrom(),
                        report.watchedTo(),
                        applied,
                        report.charon(),
                        report.tunnels(),
                        report.changes(),
                        report.trust());
    }

    private void store(UUID concentrator, ObservationReport report, Instant now) {
        if (observations.note(concentrator, report.boot(), report.sequence()) == 0) {
            return;
        }
        boolean gap =
                observations.extend(
                                concentrator,
                                report.boot(),
                                report.watchedFrom(),
                                report.watchedTo())
                        == 0;
        if (gap) {
            observations.begin(
                    UUID.randomUUID(),
                    concentrator,
                    report.boot(),
                    report.watchedFrom(),
                    report.watchedTo());
        }
        ObservationReport.Charon charon = report.charon();
        concentrators.seen(
                concentrator,
                now,
                report.appliedVersion(),
                charon.state(),
                charon.version().map(PlainText::of).orElse(null),
                charon.espMode(),
                charon.since());
        listeners.forEach(listener -> listener.observed(concentrator, report, gap));
    }

    /** The times within these bounds that the concentrator watched, oldest first. Blocks. */
    @Transactional(readOnly = true)
    public List<ObservationSpan> spans(UUID concentrator, Instant from, Instant to) {
        return observations.findBetween(concentrator, from, to);
    }
}
