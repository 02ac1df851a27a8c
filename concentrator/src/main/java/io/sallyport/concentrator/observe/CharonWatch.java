package io.sallyport.concentrator.observe;

import io.sallyport.concentrator.reconcile.CharonStart;
import io.sallyport.concentrator.reconcile.Reconciler;
import io.sallyport.vici.Charon;
import io.sallyport.vici.CharonStats;
import io.sallyport.vici.IkeSa;
import io.sallyport.vici.SaSelector;
import io.sallyport.vici.ViciEvent;
import io.sallyport.vici.ViciEventListener;
import io.sallyport.vici.ViciSession;
import io.sallyport.vici.ViciTimeoutException;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks charon every second how it is, and lists its SAs now and then. Runs on one thread of its
 * own, over a session of its own, until it is interrupted; also takes charon's events, on the
 * thread of their subscription, and passes them on.
 */
public final class CharonWatch implements ViciEventListener {
    /** charon is silent if it takes longer. */
    public static final Charon.Limits LIMITS =
            new Charon.Limits(Duration.ofSeconds(3), Duration.ofSeconds(20));

    private static final Logger LOG = System.getLogger(CharonWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int LISTING_EVERY = 10;

    private final ViciSession session;
    private final Charon charon;
    private final Observations observations;
    private final Runnable passWanted;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean listingWanted = true;
    private CharonState state = CharonState.ABSENT;
    private Optional<CharonStart> start = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private String version = "";
    private long generation;
    private int roundsToListing;

    /**
     * @param session used by nobody else
     * @param passWanted called when charon answers (again) or is another, and when an SA comes up
     *     that nobody ordered; on the watching thread and on that of the events
     */
    public CharonWatch(ViciSession session, Observations observations, Runnable passWanted) {
        this.session = session;
        this.charon = new Charon(session, LIMITS);
        this.observations = observations;
        this.passWanted = passWanted;
    }

    /** Watches until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            try {
                look();
            } catch (ClosedByInterruptException _) {
                throw new InterruptedException();
            } catch (ViciTimeoutException e) {
                become(CharonState.UNRESPONSIVE, e);
                observations.charonIsSilent();
            } catch (ConnectException | EOFException e) {
                become(CharonState.ABSENT, e);
                observations.charonIsAbsent();
            } catch (IOException e) {
                complain(Optional.of("charon could not be asked: " + e));
            }
            if (wake.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    @Override
    public void connected(long generationOfEvents) {
        listingWanted = true;
        wake.release();
    }

    @Override
    public void event(ViciEvent event) {
        observations.event(event);
        boolean unordered =
                switch (event) {
                    case ViciEvent.IkeUpdown it -> it.up() && isUnordered(it.ikeSa());
                    case ViciEvent.ChildUpdown it -> it.up() && isUnordered(it.ikeSa());
                    case ViciEvent.IkeRekey _,
                            ViciEvent.ChildRekey _,
                            ViciEvent.IkeUpdate _,
                            ViciEvent.Other _ ->
                            false;
                };
        if (unordered) {
            passWanted.run();
        }
    }

    @Override
    public void disconnected(IOException cause) {
        LOG.log(Level.INFO, "events are interrupted: {0}", cause.toString());
        wake.release();
    }

    private void look() throws IOException {
        CharonStats stats = charon.stats();
        CharonStart seen = new CharonStart(stats.since());
        long asked = session.generation();
        boolean connectedAnew = asked != generation;
        // On the same connection it is the same charon, and its clock was set.
        boolean another =
                connectedAnew && start.filter(before -> !before.isSameAs(seen)).isPresent();
        boolean restarted = another && state != CharonState.ABSENT;
        boolean came = another || state != CharonState.RUNNING;
        if (connectedAnew) {
            version = charon.version().version();
        }
        if (connectedAnew || came || listingWanted || roundsToListing-- <= 0) {
            list(restarted);
        }
        generation = asked;
        start = Optional.of(seen);
        complain(Optional.empty());
        observations.charonRuns(version, espMode(stats));
        if (came) {
            state = CharonState.RUNNING;
            LOG.log(
                    Level.INFO,
                    "charon {0} answers, running since {1}{2}",
                    version,
                    stats.since(),
                    restarted ? "; it was restarted" : "");
            passWanted.run();
        }
    }

    private void list(boolean restarted) throws IOException {
        listingWanted = false;
        roundsToListing = LISTING_EVERY;
        observations.listingBegins();
        try {
            charon.listSas(SaSelector.all(), observations::listed);
        } catch (IOException e) {
            listingWanted = true;
            throw e;
        }
        observations.listingEnds(restarted);
    }

    /** Connections of other names are not ours to end. */
    private boolean isUnordered(IkeSa sa) {
        return sa.name().startsWith(Reconciler.OUR_PREFIX) && !observations.isOrdered(sa.name());
    }

    /** Tells what changed, not each attempt. */
    private void complain(Optional<String> now) {
        if (!now.equals(problem)) {
            now.ifPresent(text -> LOG.log(Level.WARNING, text));
            problem = now;
        }
        observations.charonProblem(now);
    }

    private void become(CharonState now, IOException cause) {
        if (state != now) {
            LOG.log(Level.WARNING, "charon is {0}: {1}", now, cause.toString());
            state = now;
        }
    }

    /** kernel-libipsec takes ESP before the kernel does when it is loaded. */
    private static EspMode espMode(CharonStats stats) {
        if (stats.plugins().contains("kernel-libipsec")) {
            return EspMode.USER_SPACE;
        }
        return stats.plugins().contains("kernel-netlink") ? EspMode.KERNEL : EspMode.UNKNOWN;
    }
}
