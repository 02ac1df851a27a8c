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
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.IpNetwork;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/** What has to be done, in order. Pure: no socket, no clock, no state. */
final class Planner {
    static final String CHANGED = "the tunnel's configuration was changed";
    static final String NOT_ORDERED = "the tunnel is not ordered any more";

    private Planner() {}

    /** Plans what comes before all else and needs no charon: closing networks to clear text. */
    static List<Action> closing(Target target, Loaded loaded) {
        SequencedSet<IpNetwork> missing = new LinkedHashSet<>();
        // In the order in which connections are loaded, each of which waits for its own.
        target.connections().values().forEach(it -> missing.addAll(it.networks()));
        missing.removeAll(loaded.routes());
        return missing.isEmpty() ? List.of() : List.of(new AddRoutes(missing));
    }

    /**
     * Plans the rest of a pass.
     *
     * <p>The order matters: a network was closed to clear text before its connection exists and is
     * opened after its SA is gone; credentials and CRLs are there before a branch can come; what is
     * new is loaded before what is over is ended.
     *
     * @param liveNames connections that have an SA
     */
    static List<Action> plan(Target target, Loaded loaded, Set<String> liveNames) {
        List<Action> plan = new ArrayList<>();
        credentials(target, loaded, plan);
        // A key that is loaded in this pass supersedes the one that is loaded now.
        loaded.key()
                .filter(key -> !key.digest().equals(target.key().digest()))
                .ifPresent(key -> plan.add(new UnloadKey(key.charonId())));
        loaded.superseded().forEach(id -> plan.add(new UnloadKey(id)));
        Map<String, String> ending = connections(target, loaded, plan);
        for (String name : loaded.outdated()) {
            Connection connection = target.connections().get(name);
            ending.putIfAbsent(
                    name,
                    connection == null
                            ? NOT_ORDERED
                            // Whichever it was: that it was revoked says more.
                            : connection.revocation().map(Revocation::cause).orElse(CHANGED));
        }
        for (String name : liveNames) {
            Connection connection = target.connections().get(name);
            if (name.startsWith(Reconciler.OUR_PREFIX) && connection == null) {
                ending.putIfAbsent(name, NOT_ORDERED);
            } else if (connection != null) {
                target.keepsOut(connection).ifPresent(why -> ending.putIfAbsent(name, why));
            }
        }
        ending.forEach((name, cause) -> plan.add(new TerminateSas(name, cause)));
        for (String name : minus(loaded.authorities().keySet(), target.authorities().keySet())) {
            plan.add(new UnloadAuthority(name));
        }
        Set<IpNetwork> superfluous = minus(loaded.routes(), target.networks());
        if (!superfluous.isEmpty()) {
            plan.add(new RemoveRoutes(superfluous));
        }
        return plan;
    }

    private static void credentials(Target target, Loaded loaded, List<Action> plan) {
        if (loaded.key().filter(key -> key.digest().equals(target.key().digest())).isEmpty()) {
            plan.add(new LoadKey(target.key(), target.certificate()));
        }
        for (Credential authority : changed(target.authorities(), loaded.authorities())) {
            plan.add(new LoadAuthority(authority));
        }
        List<Credential> lists = changed(target.revocationLists(), loaded.revocationLists());
        if (lists.stream().anyMatch(Credential::fits)) {
            plan.add(new FlushRevocationLists());
        }
        lists.forEach(list -> plan.add(new LoadRevocationList(list)));
    }

    /** Returns the names whose SAs are to be ended, and why. */
    private static Map<String, String> connections(
            Target target, Loaded loaded, List<Action> plan) {
        Map<String, String> ending = new LinkedHashMap<>();
        for (Connection connection : target.connections().values()) {
            String name = connection.name();
            String digest = loaded.connections().get(name);
            if (target.keepsOut(connection).isPresent()) {
                if (digest != null) {
                    plan.add(new UnloadConnection(name));
                    ending.put(name, connection.revocation().orElseThrow().cause());
                }
                continue;
            }
            if (connection.digest().equals(digest)) {
                continue;
            }
            plan.add(new LoadConnection(connection));
            // What was not there had no SA; what is unknown is given the benefit of the doubt, but
            // not where a certificate was revoked.
            if (digest != null && Target.revokedSince(connection, digest)) {
                ending.put(name, connection.revocation().orElseThrow().cause());
            } else if (digest != null && !Target.leavesSasAlone(connection, digest)) {
                ending.put(name, CHANGED);
            }
        }
        for (String name : minus(loaded.connections().keySet(), target.connections().keySet())) {
            plan.add(new UnloadConnection(name));
            ending.put(name, NOT_ORDERED);
        }
        return ending;
    }

    private static List<Credential> changed(
            Map<String, Credential> wanted, Map<String, String> digests) {
        return wanted.values().stream()
                .filter(credential -> !credential.digest().equals(digests.get(credential.name())))
                .toList();
    }

    private static <T> Set<T> minus(Collection<T> all, Collection<T> without) {
        Set<T> rest = new HashSet<>(all);
        rest.removeAll(without);
        return rest;
    }
}
