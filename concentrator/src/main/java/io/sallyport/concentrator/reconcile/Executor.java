package io.sallyport.concentrator.reconcile;

import io.sallyport.concentrator.reconcile.Action.AddRoutes;
import io.sallyport.concentrator.reconcile.Action.FlushRevocationLists;
import io.sallyport.concentrator.reconcile.Action.LoadAuthority;
import io.sallyport.concentrator.reconcile.Action.LoadConnection;
import io.sallyport.concentrator.reconcile.Action.LoadKey;
import io.sallyport.concentrator.reconcile.Action.LoadRevocationList;
import io.sallyport.concentrator.reconcile.Action.RemoveRoutes;
import io.sallyport.concentrator.reconcile.Action.TerminateSas;
import io.sallyport.concentrator.reconcile.Action.UnloadAuthority;
import io.sallyport.concentrator.reconcile.Action.UnloadConnection;
import io.sallyport.concentrator.reconcile.Action.UnloadKey;
import io.sallyport.concentrator.reconcile.Target.Connection;
import io.sallyport.concentrator.reconcile.Target.Credential;
import io.sallyport.vici.CertificateFlag;
import io.sallyport.vici.CertificateType;
import io.sallyport.vici.Charon;
import io.sallyport.vici.SaSelector;
import io.sallyport.vici.ViciCommandException;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciUnknownCommandException;
import io.sallyport.vici.ViciValue;
import io.sallyport.wire.IpNetwork;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Does one plan, action by action, and writes into {@link Loaded} what is so from then on. What
 * charon refuses is noted and the rest goes on; a charon that does not answer ends the pass.
 */
final class Executor {
    /**
     * The first connections wait for so many routes, some milliseconds. The rest are there long
     * before charon, at a millisecond and more for each connection, comes to theirs.
     */
    private static final int ROUTES_AT_ONCE = 200;

    /**
     * Connections told in one command. charon hands each command from thread to thread, which takes
     * it longer than what is in it.
     */
    private static final int TOGETHER = 25;

    private final Charon charon;
    private final BlackholeRoutes routes;
    private final Loaded loaded;
    private final LoadListener listener;
    private final Map<UUID, String> refused = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private Optional<String> credentialProblem = Optional.empty();
    private Optional<String> routeProblem = Optional.empty();
    private boolean saRemains;
    private boolean changedTrust;
    private Optional<LaterRoutes> laterRoutes = Optional.empty();

    Executor(Charon charon, BlackholeRoutes routes, Loaded loaded, LoadListener listener) {
        this.charon = charon;
        this.routes = routes;
        this.loaded = loaded;
        this.listener = listener;
    }

    /**
     * Does the plan.
     *
     * @param obstacle why no connection may be loaded, if so
     * @throws IOException if charon does not answer
     */
    void execute(List<Action> plan, Optional<String> obstacle) throws IOException {
        obstacle.ifPresent(this::cannotLoad);
        int next = 0;
        while (next < plan.size()) {
            List<Connection> together =
                    connections(plan.subList(next, Math.min(next + TOGETHER, plan.size())));
            if (together.isEmpty()) {
                Action action = plan.get(next++);
                changedTrust |= Trust.isChangedBy(action);
                execute(action);
            } else {
                load(together);
                next += together.size();
            }
        }
    }

    /** Those that are loaded next, with nothing in between. */
    private static List<Connection> connections(List<Action> plan) {
        return plan.stream()
                .takeWhile(LoadConnection.class::isInstance)
                .map(action -> ((LoadConnection) action).connection())
                .toList();
    }

    /** Tunnels that were refused, and why. */
    Map<UUID, String> refused() {
        return refused;
    }

    /** Whether it touched what charon trusts. */
    boolean changedTrust() {
        return changedTrust;
    }

    /** What failed and is not one tunnel's. */
    List<String> problems() {
        return problems;
    }

    /** Why no tunnel is quite as desired, if a credential of all was refused. */
    Optional<String> credentialProblem() {
        return credentialProblem;
    }

    private void execute(Action action) throws IOException {
        switch (action) {
            case AddRoutes(var networks) -> addRoutes(networks);
            case RemoveRoutes(var networks) -> removeRoutes(networks);
            case LoadKey(var key, var certificate) ->
                    credential(
                            "the node's key",
                            () -> {
                                charon.loadCertificate(
                                        CertificateType.X509,
                                        CertificateFlag.NONE,
                                        certificate.content());
                                loaded.key(
                                        new Loaded.Key(
                                                key.digest(), charon.loadKey(key.content())));
                            });
            case UnloadKey(var charonId) -> unloadKey(charonId);
            case LoadAuthority(var authority) ->
                    credential(
                            "authority " + authority.name(),
                            () -> {
                                charon.loadAuthority(
                                        authority.name(),
                                        ViciMessage.builder()
                                                .put("cacert", authority.content())
                                                .build());
                                loaded.authorities().put(authority.name(), authority.digest());
                            });
            case UnloadAuthority(var name) -> unloadAuthority(name);
            case FlushRevocationLists() ->
                    credential(
                            "flushing CRLs",
                            () -> charon.flushCertificates(Optional.of(CertificateType.X509_CRL)));
            case LoadRevocationList(var list) when !list.fits() -> tellTooLong(list);
            case LoadRevocationList(var list) ->
                    credential(
                            "the CRL of " + list.name(),
                            () -> {
                                charon.loadCertificate(
                                        CertificateType.X509_CRL,
                                        CertificateFlag.NONE,
                                        list.content());
                                loaded.revocationLists().put(list.name(), list.digest());
                            });
            case LoadConnection(var connection) -> load(List.of(connection));
            case UnloadConnection(var name) -> unload(name);
            case TerminateSas(var name, var cause) -> terminate(name, cause);
        }
    }

    private void load(List<Connection> connections) throws IOException {
        List<Connection> ready = connections.stream().filter(this::mayLoad).toList();
        Map<String, ViciMessage> definitions = new LinkedHashMap<>();
        ready.forEach(it -> definitions.put(it.name(), it.definition()));
        try {
            if (!ready.isEmpty()) {
                charon.loadConnections(definitions);
            }
            ready.forEach(this::accepted);
        } catch (ViciCommandException e) {
            refusedOne(ready, e.charonMessage());
        } catch (ViciUnknownCommandException | IllegalArgumentException e) {
            refusedOne(ready, e.getMessage());
        }
    }

    /** charon does not say which of several; those that it took already are taken again. */
    private void refusedOne(List<Connection> among, String problem) throws IOException {
        if (among.size() == 1) {
            refuse(among.getFirst(), problem);
            return;
        }
        for (Connection connection : among) {
            load(List.of(connection));
        }
    }

    private boolean mayLoad(Connection connection) {
        // No branch may come while a credential is missing: without its CRL a revoked one could.
        if (credentialProblem.isPresent()) {
            refuse(connection, credentialProblem.get());
            return false;
        }
        if (!loaded.routes().containsAll(connection.networks())) {
            finishRoutes();
        }
        if (!loaded.routes().containsAll(connection.networks())) {
            refuse(connection, "no blackhole route: " + routeProblem.orElse("unknown reason"));
            return false;
        }
        return true;
    }

    private void accepted(Connection connection) {
        String before = loaded.connections().put(connection.name(), connection.digest());
        if (before != null && !Target.leavesSasAlone(connection, before)) {
            loaded.outdated().add(connection.name());
        }
        listener.loaded(connection.tunnel());
    }

    private void refuse(Connection connection, String problem) {
        refused.put(connection.tunnel(), problem);
        listener.refused(connection.tunnel(), problem);
    }

    private void unload(String name) throws IOException {
        try {
            charon.unloadConnection(name);
        } catch (ViciCommandException e) {
            problems.add("unloading %s: %s".formatted(name, e.charonMessage()));
            return;
        } catch (ViciUnknownCommandException e) {
            problems.add(e.getMessage());
            return;
        }
        loaded.connections().remove(name);
        loaded.outdated().add(name);
    }

    /** Only once another is there: without any, no branch could come. */
    private void unloadKey(String charonId) throws IOException {
        if (!loaded.superseded().contains(charonId)) {
            return;
        }
        try {
            charon.unloadKey(charonId);
        } catch (ViciCommandException e) {
            problems.add("unloading the former key: " + e.charonMessage());
            return;
        } catch (ViciUnknownCommandException e) {
            problems.add(e.getMessage());
            return;
        }
        loaded.superseded().remove(charonId);
    }

    private void unloadAuthority(String name) throws IOException {
        try {
            charon.unloadAuthority(name);
        } catch (ViciCommandException e) {
            problems.add("unloading authority %s: %s".formatted(name, e.charonMessage()));
            return;
        } catch (ViciUnknownCommandException e) {
            problems.add(e.getMessage());
            return;
        }
        loaded.authorities().remove(name);
        loaded.revocationLists().remove(name);
    }

    /**
     * Tells the branch once and removes the SA without waiting for its answer, so that it is gone
     * when the call returns and a dead branch holds up nobody. A branch that missed it learns by
     * DPD.
     */
    private void terminate(String name, String cause) throws IOException {
        // charon refused the change or the unloading: the SA still stands on what charon has.
        if (!loaded.outdated().contains(name) && loaded.connections().containsKey(name)) {
            return;
        }
        listener.ending(name, cause);
        try {
            charon.terminate(SaSelector.ike(name), true, Duration.ZERO);
        } catch (ViciCommandException e) {
            if (!e.response().text("matches").equals(Optional.of("0"))) {
                problems.add("ending the SAs of %s: %s".formatted(name, e.charonMessage()));
                saRemains = true;
                return;
            }
        } catch (ViciUnknownCommandException e) {
            problems.add(e.getMessage());
            saRemains = true;
            return;
        }
        loaded.outdated().remove(name);
    }

    private void addRoutes(SequencedSet<IpNetwork> networks) {
        Set<IpNetwork> first =
                networks.stream().limit(ROUTES_AT_ONCE).collect(Collectors.toUnmodifiableSet());
        Set<IpNetwork> later =
                networks.stream().skip(ROUTES_AT_ONCE).collect(Collectors.toUnmodifiableSet());
        changeRoutes(first, Set.of());
        if (!later.isEmpty()) {
            laterRoutes = Optional.of(LaterRoutes.begin(routes, later));
        }
    }

    /** Waits for the routes that are added beside the rest of the plan. */
    void finishRoutes() {
        if (laterRoutes.isEmpty()) {
            return;
        }
        try {
            loaded.routes().addAll(laterRoutes.get().await());
        } catch (IOException e) {
            routesFailed(e);
        }
        laterRoutes = Optional.empty();
    }

    private void removeRoutes(Set<IpNetwork> networks) {
        finishRoutes();
        // Which networks an SA of a former order carries is not known any more: all wait for it.
        if (!saRemains && problems.isEmpty()) {
            changeRoutes(Set.of(), networks);
        }
    }

    private void changeRoutes(Set<IpNetwork> add, Set<IpNetwork> remove) {
        try {
            routes.change(add, remove);
            loaded.routes().addAll(add);
            loaded.routes().removeAll(remove);
        } catch (IOException e) {
            routesFailed(e);
        }
    }

    private void routesFailed(IOException e) {
        routeProblem = Optional.of(e.getMessage());
        problems.add(e.getMessage());
        try {
            loaded.routesAre(routes.list());
        } catch (IOException again) {
            problems.add(again.getMessage());
        }
    }

    /** With the list before it in charon, connections are as safe as they were: they go on. */
    private void tellTooLong(Credential list) {
        String problem =
                "the CRL of %s has %d octets, at most %d fit into VICI"
                        .formatted(list.name(), list.content().length, ViciValue.MAX_LENGTH);
        if (loaded.revocationLists().containsKey(list.name())) {
            problems.add(problem + "; the one before it still counts");
        } else {
            cannotLoad(problem);
        }
    }

    private interface Loading {
        void run() throws IOException;
    }

    private void credential(String what, Loading loading) throws IOException {
        try {
            loading.run();
        } catch (ViciCommandException e) {
            credentialRefused(what, e.charonMessage());
        } catch (ViciUnknownCommandException | IllegalArgumentException e) {
            credentialRefused(what, e.getMessage());
        }
    }

    private void credentialRefused(String what, String why) {
        cannotLoad("charon refused %s: %s".formatted(what, why));
    }

    private void cannotLoad(String problem) {
        problems.add(problem);
        credentialProblem = Optional.of(problem);
    }
}
