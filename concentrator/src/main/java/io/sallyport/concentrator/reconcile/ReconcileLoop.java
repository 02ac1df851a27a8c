package io.sallyport.concentrator.reconcile;

import io.sallyport.wire.DesiredState;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs passes: when woken, and every 10 seconds in any case. Runs on one thread of its own until
 * that is interrupted.
 */
public final class ReconcileLoop {
    private static final Logger LOG = System.getLogger(ReconcileLoop.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<Optional<DesiredState>> desired;
    private final Reconciler reconciler;
    private final List<PassListener> listeners;
    private final Semaphore wake = new Semaphore(0);
    private String lastFailure = "";
    private Map<UUID, String> lastRefused = Map.of();
    private List<String> lastProblems = List.of();

    public ReconcileLoop(
            Supplier<Optional<DesiredState>> desired,
            Reconciler reconciler,
            List<PassListener> listeners) {
        this.desired = desired;
        this.reconciler = reconciler;
        this.listeners = List.copyOf(listeners);
    }

    /** Asks for a pass now. Returns at once; for any thread. */
    public void wake() {
        wake.release();
    }

    /** Runs passes until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            Optional<DesiredState> wanted = desired.get();
            Duration pause = wanted.isEmpty() || pass(wanted.get()) ? INTERVAL : RETRY;
            if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    private boolean pass(DesiredState wanted) throws InterruptedException {
        try {
            listeners.forEach(listener -> listener.wanted(wanted));
            Pass pass = reconciler.bring(wanted);
            listeners.forEach(listener -> listener.done(pass));
            tell(pass);
            return pass.applied();
        } catch (ClosedByInterruptException | InterruptedIOException _) {
            throw new InterruptedException();
        } catch (IOException e) {
            String failure = String.valueOf(e.getMessage());
            if (!failure.equals(lastFailure)) {
                LOG.log(Level.WARNING, "a pass ended early, and is tried again: {0}", e.toString());
            }
            lastFailure = failure;
            return false;
        }
    }

    /** Tells what changed, not each pass. */
    private void tell(Pass pass) {
        if (pass.actions() > pass.refused().size() || !lastFailure.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "version {0}: {1} actions in {2} ms, {3} tunnels refused",
                    Long.toString(pass.version()),
                    pass.actions(),
                    pass.took().toMillis(),
                    pass.refused().size());
        }
        pass.refused()
                .forEach(
                        (tunnel, problem) -> {
                            if (!problem.equals(lastRefused.get(tunnel))) {
                                LOG.log(
                                        Level.WARNING,
                                        "tunnel {0} is not loaded: {1}",
                                        tunnel,
                                        problem);
                            }
                        });
        for (String problem : pass.problems()) {
            if (!lastProblems.contains(problem)) {
                LOG.log(Level.WARNING, problem);
            }
        }
        lastFailure = "";
        lastRefused = pass.refused();
        lastProblems = pass.problems();
    }
}
