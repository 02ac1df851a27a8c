package io.sallyport.concentrator.observe;

import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.concentrator.reconcile.PassListener;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.IpAddress;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Probes every tunnel once a second, through itself. fping's targets cannot be changed while it
 * runs: when the tunnels change, a new one is started and the old one ends after the new one's
 * first round, so that no tunnel misses a probe. Runs on one thread of its own until it is
 * interrupted.
 */
public final class Prober implements PassListener {
    private static final Logger LOG = System.getLogger(Prober.class.getName());
    private static final Duration OVERLAP = Duration.ofSeconds(1);
    private static final Duration RESTART_INTERVAL = Duration.ofSeconds(1);

    /** It looks whether all is well even if nobody says that it is not. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private final String program;
    private final BiConsumer<IpAddress, Duration> replies;
    private final Consumer<IpAddress> silences;
    private final Semaphore wake = new Semaphore(0);
    private volatile Optional<Targets> wanted = Optional.empty();
    private String lastProblem = "";

    /**
     * @param replies is called for each probe that comes back
     * @param silences is called for each that does not
     */
    public Prober(BiConsumer<IpAddress, Duration> replies, Consumer<IpAddress> silences) {
        this("fping", replies, silences);
    }

    /**
     * @param program fping, by name or path
     */
    Prober(String program, BiConsumer<IpAddress, Duration> replies, Consumer<IpAddress> silences) {
        this.program = program;
        this.replies = replies;
        this.silences = silences;
    }

    private record Targets(IpAddress source, Set<IpAddress> addresses) {}

    @Override
    public void wanted(DesiredState desired) {
        IpAddress source = desired.local().probeSource();
        Set<IpAddress> addresses =
                desired.tunnels().stream()
                        .map(DesiredTunnel::probeAddress)
                        // fping sends one family from one source.
                        .filter(address -> address.isIpv4() == source.isIpv4())
                        .collect(Collectors.toUnmodifiableSet());
        Optional<Targets> targets =
                Optional.of(new Targets(source, addresses)).filter(it -> !addresses.isEmpty());
        if (!targets.equals(wanted)) {
            wanted = targets;
            wake.release();
        }
    }

    @Override
    public void done(Pass pass) {}

    /** Probes until the thread is interrupted. */
    public void run() throws InterruptedException {
        Optional<FpingProcess> current = Optional.empty();
        Optional<Targets> running = Optional.empty();
        try {
            while (true) {
                Optional<Targets> targets = wanted;
                Optional<FpingProcess> ended = current.filter(fping -> !fping.isAlive());
                ended.ifPresent(this::complain);
                if (ended.isPresent() || !targets.equals(running)) {
                    Optional<FpingProcess> next = targets.flatMap(this::start);
                    if (next.isPresent() && current.isPresent()) {
                        next.get().awaitFirstRound(OVERLAP);
                    }
                    current.ifPresent(FpingProcess::close);
                    current = next;
                    running = next.isPresent() ? targets : Optional.empty();
                    // Orders that come in a burst are probed together.
                    Thread.sleep(RESTART_INTERVAL);
                }
                boolean settled = running.equals(targets);
                long rest = settled ? LONGEST_REST.toMillis() : 0;
                boolean _ = wake.tryAcquire(rest, TimeUnit.MILLISECONDS);
                wake.drainPermits();
            }
        } finally {
            current.ifPresent(FpingProcess::close);
        }
    }

    private Optional<FpingProcess> start(Targets targets) {
        try {
            return Optional.of(
                    new FpingProcess(
                            program,
                            targets.source(),
                            targets.addresses(),
                            replies,
                            silences,
                            wake::release));
        } catch (IOException e) {
            complain(e.getMessage());
            return Optional.empty();
        }
    }

    private void complain(FpingProcess ended) {
        complain(ended.lastComplaint());
    }

    /** Tells what changed, not each attempt. */
    private void complain(String problem) {
        if (!problem.equals(lastProblem)) {
            LOG.log(Level.WARNING, "nothing is probed, fping does not run: {0}", problem);
            lastProblem = problem;
        }
    }
}
