package io.sallyport.concentrator.reconcile;

import io.sallyport.node.storage.StateDirectory;
import io.sallyport.vici.Charon;
import io.sallyport.vici.SaSelector;
import io.sallyport.vici.ViciSession;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Brings one charon to a desired state, pass by pass. Owned by one thread; it is the only user of
 * its session.
 */
public final class Reconciler {
    /** How long charon may take for a command of the loop. */
    public static final Charon.Limits LIMITS =
            new Charon.Limits(Duration.ofSeconds(5), Duration.ofSeconds(10));

    /** How every connection of ours begins; other names are somebody else's. */
    public static final String OUR_PREFIX = "tunnel-";

    private static final Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final String FILE = "loaded.json";

    private final ViciSession session;
    private final Charon charon;
    private final Supplier<NodeCredentials> node;
    private volatile Optional<NodeCredentials> inForce = Optional.empty();
    private final BlackholeRoutes routes;
    private final StateDirectory state;
    private final Supplier<Set<String>> liveNames;
    private final LoadListener listener;
    private final Reauthentication reauthentication;
    private final Loaded loaded = new Loaded();
    private Optional<CharonStart> charonStart = Optional.empty();
    private long generation;
    private boolean routesKnown;

    /** SAs of the present connection's first look, until a pass has ended what is to end. */
    private Set<String> found = Set.of();

    private Optional<Worked> worked = Optional.empty();

    private record Worked(DesiredState desired, NodeCredentials node, Target target) {}

    /**
     * @param session to the charon; used by nobody else
     * @param node the keys to use now
     * @param state keeps what was loaded, so that a restart of this process disturbs no tunnel
     * @param liveNames connections that have an SA now, as far as is known
     * @param isAuthenticatedAfter whether a connection has an SA that was authenticated later
     * @param listener is told what is loaded
     */
    public Reconciler(
            ViciSession session,
            Supplier<NodeCredentials> node,
            BlackholeRoutes routes,
            StateDirectory state,
            Supplier<Set<String>> liveNames,
            BiPredicate<String, Instant> isAuthenticatedAfter,
            LoadListener listener) {
        this.session = session;
        this.charon = new Charon(session, LIMITS);
        this.node = node;
        this.routes = routes;
        this.state = state;
        this.liveNames = liveNames;
        this.listener = listener;
        this.reauthentication = new Reauthentication(isAuthenticatedAfter, System::nanoTime);
    }

    /**
     * One pass: makes charon equal to the desired state, as far as charon accepts it. Blocks.
     *
     * @throws IOException if charon does not answer, or was restarted meanwhile; a later pass goes
     *     on from there
     */
    public Pass bring(DesiredState desired) throws IOException {
        long began = System.nanoTime();
        NodeCredentials own = node.get();
        boolean repeated =
                worked.filter(it -> it.desired().equals(desired) && it.node().equals(own))
                        .isPresent();
        if (!repeated) {
            worked = workOut(desired, own);
        }
        if (worked.isEmpty()) {
            return unusable(desired, began);
        }
        Target target = worked.get().target();
        Executor executor = new Executor(charon, routes, loaded, listener);
        // Needs no charon: while none answers, nothing may leave in clear text either.
        if (repeated || !routesKnown) {
            loaded.routesAre(routes.list());
            routesKnown = true;
        }
        List<Action> closing = Planner.closing(target, loaded);
        executor.execute(closing, Optional.empty());
        int actions = closing.size();
        try {
            actions += tellCharon(target, executor);
        } finally {
            executor.finishRoutes();
        }
        if (executor.problems().isEmpty()) {
            found = Set.of(); // whatever was not ordered has been ended
        }
        if (session.generation() != generation) {
            throw new IOException("the connection to charon was lost during the pass");
        }
        boolean has =
                loaded.superseded().isEmpty()
                        && loaded.key()
                                .filter(key -> key.digest().equals(target.key().digest()))
                                .isPresent();
        inForce = has ? Optional.of(own) : Optional.empty();
        if (has) {
            reauthentication.bring(charon, desired);
        }
        Map<UUID, String> refused = tell(target, executor);
        // A pass for an order changes nothing of it, and should be quick.
        boolean asks = repeated || executor.changedTrust();
        return new Pass(
                target.version(),
                actions,
                refused,
                executor.problems(),
                Duration.ofNanos(System.nanoTime() - began),
                asks ? Trust.of(charon) : Optional.empty());
    }

    /** Returns how many things were done. */
    private int tellCharon(Target target, Executor executor) throws IOException {
        boolean startChanged = look();
        Set<String> live = new HashSet<>(liveNames.get());
        live.addAll(found);
        List<Action> plan = Planner.plan(target, loaded, live);
        try {
            executor.execute(plan, target.obstacle());
        } finally {
            if (startChanged || !plan.isEmpty()) {
                remember();
            }
        }
        return plan.size();
    }

    /** The keys that charon was last seen to have, and no others of this node. For any thread. */
    public Optional<NodeCredentials> inForce() {
        return inForce;
    }

    private Optional<Worked> workOut(DesiredState desired, NodeCredentials own) {
        try {
            return Optional.of(new Worked(desired, own, Target.of(desired, own)));
        } catch (IllegalArgumentException e) {
            LOG.log(
                    Level.ERROR,
                    "version {0} of the desired state cannot be told to charon: {1}",
                    Long.toString(desired.version()),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static Pass unusable(DesiredState desired, long began) {
        return new Pass(
                desired.version(),
                0,
                Map.of(),
                List.of("the desired state cannot be told to charon"),
                Duration.ofNanos(System.nanoTime() - began));
    }

    /**
     * Finds out what charon has.
     *
     * @return whether charon names another start than it did
     */
    private boolean look() throws IOException {
        CharonStart start = new CharonStart(charon.stats().since());
        long seen = session.generation();
        if (seen != generation) {
            meet(start);
            found = namesOfSas();
            generation = seen;
        }
        // On the same connection it is the same charon, and its clock was set.
        boolean changed = !charonStart.equals(Optional.of(start));
        charonStart = Optional.of(start);
        loaded.correct(charon.keys(), charon.authorities(), charon.connections());
        return changed;
    }

    /**
     * Who watches may not have listed the SAs of this charon yet, and one that nobody wants any
     * more (a former process unloaded its connection and was killed) must not outlive the pass.
     */
    private Set<String> namesOfSas() throws IOException {
        Set<String> names = new HashSet<>();
        charon.listSas(
                SaSelector.all(),
                sa -> {
                    if (sa.name().startsWith(OUR_PREFIX)) {
                        names.add(sa.name());
                    }
                });
        return names;
    }

    /** A new connection: to the same charon, to the one a former process knew, or to another. */
    private void meet(CharonStart start) throws IOException {
        if (charonStart.filter(start::isSameAs).isPresent()) {
            return;
        }
        boolean first = charonStart.isEmpty();
        charonStart = Optional.of(start);
        loaded.forgetCharon();
        if (!first) {
            listener.charonForgot();
        }
        Optional<Loaded.Remembered> record = first ? stored() : Optional.empty();
        if (record.filter(it -> start.isSameAs(new CharonStart(it.charonSince()))).isPresent()) {
            loaded.restore(record.get());
            LOG.log(Level.INFO, "charon, running since {0}, is known", start.since());
        } else {
            LOG.log(Level.INFO, "charon, running since {0}, is new", start.since());
        }
    }

    private Optional<Loaded.Remembered> stored() throws IOException {
        Optional<byte[]> content = state.read(FILE);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(WireJson.decode(content.get(), Loaded.Remembered.class));
        } catch (MalformedWireException e) {
            LOG.log(Level.WARNING, "what was loaded before cannot be read; all is loaded again", e);
            return Optional.empty();
        }
    }

    private void remember() throws IOException {
        if (charonStart.isPresent()) {
            state.publish(FILE, WireJson.encode(loaded.remembered(charonStart.get().since())));
        }
    }

    private Map<UUID, String> tell(Target target, Executor executor) {
        Map<UUID, String> refused = new HashMap<>(executor.refused());
        for (Target.Connection connection : target.connections().values()) {
            UUID tunnel = connection.tunnel();
            executor.credentialProblem().ifPresent(problem -> refused.putIfAbsent(tunnel, problem));
            target.keepsOut(connection).ifPresent(why -> refused.putIfAbsent(tunnel, why));
            if (refused.containsKey(tunnel)) {
                listener.refused(tunnel, refused.get(tunnel));
            } else {
                listener.loaded(tunnel);
            }
        }
        return refused;
    }
}
