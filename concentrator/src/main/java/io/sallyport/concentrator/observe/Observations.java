package io.sallyport.concentrator.observe;

import io.sallyport.concentrator.reconcile.LoadListener;
import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.concentrator.reconcile.PassListener;
import io.sallyport.vici.IkeSa;
import io.sallyport.vici.ViciEvent;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;
import io.sallyport.wire.ObservationReport.SecurityAssociation;
import io.sallyport.wire.ObservationReport.TruthChange;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that is known about this node's tunnels: the one place where what the threads see comes
 * together. Thread-safe; every call is short and none waits for charon or the network, {@link
 * #awaitNews} apart.
 *
 * <p>Watching begins when charon's state is known and what is established had the time to answer a
 * probe; what holds then is told as a change of that moment. Before that there is nothing to
 * report.
 */
public final class Observations implements LoadListener, PassListener {
    /** Changes kept while the provisioner is away. */
    static final int CAPACITY = 5_000;

    private static final String CONNECTED = "the branch connected";
    private static final String NOT_RUNNING = "charon is not running";
    private static final String RESTARTED = "charon was restarted";

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TunnelTruths tunnels = new TunnelTruths(this::change);
    private final Map<String, String> endings = new HashMap<>();
    private final SaTable sas = new SaTable();
    private final ChangeLog changes;
    private final Outbox outbox;
    private Optional<DesiredState> wanted = Optional.empty();
    private Optional<Pass> lastPass = Optional.empty();
    private Optional<Set<String>> trust = Optional.empty();
    private long appliedVersion;
    private Charon charon;
    private boolean watching;
    private Optional<Instant> charonKnownSince = Optional.empty();
    private final LongSupplier nanoTime;
    private final Ticks ticks;
    private Optional<String> charonProblem = Optional.empty();

    public Observations(Clock clock) {
        this(clock, System::nanoTime);
    }

    /**
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    Observations(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        Instant now = clock.instant();
        changes = new ChangeLog(CAPACITY, now);
        outbox = new Outbox(lock, changes);
        ticks = new Ticks(now, nanoTime.getAsLong());
        charon = new Charon(CharonState.ABSENT, Optional.empty(), EspMode.UNKNOWN, now);
    }

    // --- what the reconcile loop tells ---

    @Override
    public void wanted(DesiredState desired) {
        inTurn(
                now -> {
                    if (wanted.equals(Optional.of(desired))) {
                        return;
                    }
                    wanted = Optional.of(desired);
                    tunnels.ordered(desired.tunnels());
                    tunnels.all().forEach(truth -> establish(truth, CONNECTED, now));
                });
    }

    @Override
    public void loaded(UUID tunnel) {
        inTurn(now -> tunnels.of(tunnel).ifPresent(truth -> truth.loaded(now)));
    }

    @Override
    public void refused(UUID tunnel, String problem) {
        inTurn(now -> tunnels.of(tunnel).ifPresent(truth -> truth.notLoaded(problem, now)));
    }

    @Override
    public void charonForgot() {
        inTurn(
                now -> {
                    trust = Optional.empty();
                    tunnels.all().forEach(truth -> truth.notLoaded(RESTARTED, now));
                });
    }

    @Override
    public void ending(String connection, String cause) {
        inTurn(
                _ -> {
                    if (sas.names().contains(connection)) {
                        endings.put(connection, cause);
                    }
                });
    }

    /** A version that is applied is news at once: an order waits for it. */
    @Override
    public void done(Pass pass) {
        inTurn(
                _ -> {
                    lastPass = Optional.of(pass);
                    if (pass.trust().isPresent() && !pass.trust().equals(trust)) {
                        trust = pass.trust();
                        outbox.hurry();
                    }
                    if (pass.applied() && appliedVersion != pass.version()) {
                        appliedVersion = pass.version();
                        outbox.hurry();
                    }
                });
    }

    // --- what charon tells ---

    /** An event of charon. */
    public void event(ViciEvent event) {
        inTurn(
                now ->
                        sas.apply(event, now)
                                .ifPresent(told -> establish(told.ikeSa(), told.up(), now)));
    }

    /** SAs are about to be listed. */
    public void listingBegins() {
        inTurn(_ -> sas.listingBegins());
    }

    /** One of the SAs that charon has. */
    public void listed(IkeSa sa) {
        inTurn(now -> sas.listed(sa, now));
    }

    /**
     * Those were all.
     *
     * @param restarted it is another charon than that of the listing before, and nobody said so yet
     */
    public void listingEnds(boolean restarted) {
        inTurn(
                now -> {
                    if (restarted) {
                        sas.clearUntold();
                        establishAll(RESTARTED, now);
                    }
                    sas.listingEnds();
                    establishAll("the SA is gone, its end was missed", now);
                    known(now);
                });
    }

    /** charon answers. */
    public void charonRuns(String version, EspMode espMode) {
        inTurn(now -> charonIs(CharonState.RUNNING, Optional.of(version), espMode, now));
    }

    /**
     * A deadline passed without an answer. What was established is still taken to be so; what was
     * not known before remains unknown, and nothing is reported.
     */
    public void charonIsSilent() {
        inTurn(now -> charonIs(CharonState.UNRESPONSIVE, charon.version(), charon.espMode(), now));
    }

    /**
     * charon answered something else than it should, or could not be asked: nothing is known to
     * have changed.
     *
     * @param problem for people; empty once all is well
     */
    public void charonProblem(Optional<String> problem) {
        inTurn(_ -> charonProblem = problem);
    }

    /** Whether a tunnel of the desired state has this connection. */
    boolean isOrdered(String connection) {
        lock.lock();
        try {
            return tunnels.ofConnection(connection).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody listens on the socket: nothing is loaded, nothing established. */
    public void charonIsAbsent() {
        inTurn(
                now -> {
                    charonIs(CharonState.ABSENT, charon.version(), charon.espMode(), now);
                    sas.clear();
                    establishAll(NOT_RUNNING, now);
                    tunnels.all().forEach(truth -> truth.notLoaded(NOT_RUNNING, now));
                    known(now);
                });
    }

    /** Connections with an SA now. */
    public Set<String> liveNames() {
        lock.lock();
        try {
            return sas.names();
        } finally {
            lock.unlock();
        }
    }

    // --- what probes tell, and time ---

    /** A probe came back from this address. */
    public void reply(IpAddress from, Duration roundTrip) {
        inTurn(now -> tunnels.ofProbeAddress(from).ifPresent(truth -> truth.reply(roundTrip, now)));
    }

    /** A probe to this address did not come back. */
    public void silence(IpAddress of) {
        inTurn(_ -> tunnels.ofProbeAddress(of).ifPresent(TunnelTruth::silence));
    }

    /** Whether this connection has an SA that was authenticated later than that. */
    public boolean isAuthenticatedAfter(String connection, Instant instant) {
        lock.lock();
        try {
            return sas.established(connection)
                    .flatMap(SecurityAssociation::authenticatedAt)
                    .filter(instant::isBefore)
                    .isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass; to be called several times a second. */
    public void tick() {
        inTurn(
                now -> {
                    ticks.interruptedSince(now, nanoTime.getAsLong())
                            .ifPresent(lost -> interrupt(lost, now));
                    tunnels.all().forEach(truth -> truth.tick(now));
                    if (!watching && isReady(now)) {
                        watching = true;
                        changes.beginAt(now);
                        tunnels.all().forEach(truth -> truth.retell(now));
                        outbox.hurry();
                    }
                });
    }

    // --- what the reporter and operators get ---

    /**
     * Waits until there is something to tell.
     *
     * @return true if it must not wait any longer; false if it may be put together with what comes
     *     within a moment, or if the time is over
     */
    public boolean awaitNews(Duration atMost) throws InterruptedException {
        return outbox.awaitNews(atMost);
    }

    /** Waits for urgent news only, or until the time is over. */
    public void awaitUrgency(Duration atMost) throws InterruptedException {
        outbox.awaitUrgency(atMost);
    }

    /**
     * Takes what was not reported yet, up to the next interruption of watching; empty before
     * watching has begun.
     */
    public Optional<Batch> take() {
        lock.lock();
        try {
            Optional<Batch> interrupted = outbox.takeInterrupted();
            if (interrupted.isPresent()) {
                return interrupted;
            }
            outbox.calm();
            return watching
                    ? Optional.of(batch(outbox.takeInterval(clock.instant())))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The present state in short. */
    public Summary summary() {
        lock.lock();
        try {
            return new Summary(
                    appliedVersion,
                    charon.state(),
                    charon.version(),
                    tunnels.all().size(),
                    count(TunnelTruth::isLoaded),
                    count(TunnelTruth::isEstablished),
                    count(TunnelTruth::isCarrying),
                    lastPass.map(Pass::refused).orElse(Map.of()),
                    Stream.concat(
                                    lastPass.map(Pass::problems).stream().flatMap(List::stream),
                                    charonProblem.stream())
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    // --- under the lock ---

    private void inTurn(Consumer<Instant> step) {
        lock.lock();
        try {
            step.accept(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** Only what was not watched is lost: what was noted before goes out as a batch of its own. */
    private void interrupt(Instant lost, Instant now) {
        tunnels.all().forEach(truth -> truth.forgiveSilence(now));
        Optional<ChangeLog.Interval> watched = changes.interrupt(lost, now);
        if (watching && watched.isPresent()) {
            outbox.add(batch(watched.get()));
        }
    }

    private Batch batch(ChangeLog.Interval watched) {
        return new Batch(
                watched.from(),
                watched.to(),
                appliedVersion,
                charon,
                tunnels.all().stream().map(TunnelTruth::observation).toList(),
                watched.changes(),
                charon.state() == CharonState.RUNNING ? trust : Optional.empty());
    }

    private void establish(IkeSa sa, boolean up, Instant now) {
        String ordered = endings.remove(sa.name());
        String causeOfEnd = ordered != null ? ordered : Downfall.of(sa);
        tunnels.ofConnection(sa.name())
                .ifPresent(truth -> establish(truth, up ? CONNECTED : causeOfEnd, now));
    }

    private void establish(TunnelTruth truth, String cause, Instant now) {
        truth.established(sas.established(truth.tunnel().connectionName()), now, cause);
    }

    private void establishAll(String causeOfEnd, Instant now) {
        for (TunnelTruth truth : tunnels.all()) {
            boolean up = sas.established(truth.tunnel().connectionName()).isPresent();
            establish(truth, up ? CONNECTED : causeOfEnd, now);
        }
    }

    private void charonIs(
            CharonState state, Optional<String> version, EspMode espMode, Instant now) {
        boolean same = charon.state() == state;
        charon = new Charon(state, version, espMode, same ? charon.since() : now);
        if (!same) {
            outbox.hurry();
        }
    }

    private void known(Instant now) {
        charonKnownSince = charonKnownSince.or(() -> Optional.of(now));
    }

    private boolean isReady(Instant now) {
        return charonKnownSince
                .filter(
                        since ->
                                Duration.between(since, now).compareTo(TunnelTruth.PROBE_LIFE) > 0
                                        || tunnels.all().stream()
                                                .allMatch(
                                                        truth ->
                                                                truth.isCarrying()
                                                                        || !truth.isEstablished()))
                .isPresent();
    }

    private void change(TruthChange change) {
        if (watching) {
            outbox.add(change);
        }
    }

    private long count(Predicate<TunnelTruth> property) {
        return tunnels.all().stream().filter(property).count();
    }
}
