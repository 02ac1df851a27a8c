package io.sallyport.concentrator.observe;

import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.ObservationReport.Probes;
import io.sallyport.wire.ObservationReport.SecurityAssociation;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The truths of one tunnel. Tells each change, and only changes. Owned by {@link Observations},
 * under its lock.
 */
final class TunnelTruth {
    /** A probe counts for so long. */
    static final Duration PROBE_LIFE = Duration.ofSeconds(3);

    private final UUID id;
    private final Consumer<TruthChange> changes;
    private DesiredTunnel tunnel;
    private boolean loaded;
    private Optional<String> problem = Optional.empty();
    private Optional<SecurityAssociation> established = Optional.empty();
    private boolean carrying;
    private Instant lastReply = Instant.EPOCH;
    private Optional<Duration> roundTrip = Optional.empty();
    private long answered;
    private long lost;

    TunnelTruth(DesiredTunnel tunnel, Consumer<TruthChange> changes) {
        this.id = tunnel.id();
        this.tunnel = tunnel;
        this.changes = changes;
    }

    DesiredTunnel tunnel() {
        return tunnel;
    }

    void tunnel(DesiredTunnel changed) {
        tunnel = changed;
    }

    void loaded(Instant now) {
        problem = Optional.empty();
        if (!loaded) {
            loaded = true;
            change(Truth.LOADED, true, now, "charon took the connection");
        }
    }

    void notLoaded(String why, Instant now) {
        problem = Optional.of(why);
        if (loaded) {
            loaded = false;
            change(Truth.LOADED, false, now, why);
        }
    }

    /**
     * @param cause of a change, if it is one
     */
    void established(Optional<SecurityAssociation> now, Instant at, String cause) {
        boolean before = established.isPresent();
        established = now;
        if (before != now.isPresent()) {
            change(Truth.ESTABLISHED, now.isPresent(), at, cause);
            if (before) {
                stopCarrying(at, cause);
            }
        }
    }

    /** Without an SA whatever answered was not reached through this tunnel. */
    void reply(Duration time, Instant now) {
        answered++;
        if (established.isEmpty()) {
            return;
        }
        lastReply = now;
        roundTrip = Optional.of(time);
        if (!carrying) {
            carrying = true;
            change(Truth.CARRYING, true, now, "a probe came back");
        }
    }

    /** A probe did not come back. */
    void silence() {
        lost++;
    }

    void tick(Instant now) {
        if (carrying && Duration.between(lastReply, now).compareTo(PROBE_LIFE) > 0) {
            stopCarrying(now, "no reply to 3 probes");
        }
    }

    /** Nothing was seen for a while: silence meanwhile proves nothing. */
    void forgiveSilence(Instant now) {
        lastReply = now;
    }

    /** Tells what holds, for those who begin to listen now. */
    void retell(Instant now) {
        String cause = "it was so when watching began";
        if (loaded) {
            change(Truth.LOADED, true, now, cause);
        }
        if (established.isPresent()) {
            change(Truth.ESTABLISHED, true, now, cause);
        }
        if (carrying) {
            change(Truth.CARRYING, true, now, cause);
        }
    }

    boolean isLoaded() {
        return loaded;
    }

    boolean isEstablished() {
        return established.isPresent();
    }

    boolean isCarrying() {
        return carrying;
    }

    /** What is to be reported now; the probes in it are not reported again. */
    TunnelObservation observation() {
        Probes probes = new Probes(answered, lost);
        answered = 0;
        lost = 0;
        return new TunnelObservation(
                id,
                loaded,
                loaded ? Optional.empty() : problem,
                established,
                carrying,
                carrying ? roundTrip : Optional.empty(),
                probes);
    }

    private void stopCarrying(Instant now, String cause) {
        if (carrying) {
            carrying = false;
            change(Truth.CARRYING, false, now, cause);
        }
    }

    private void change(Truth truth, boolean holds, Instant at, String cause) {
        changes.accept(new TruthChange(id, truth, holds, at, cause));
    }
}
