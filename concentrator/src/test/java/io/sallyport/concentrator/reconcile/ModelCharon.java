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

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * charon and kernel as far as the planner knows them: connections and SAs by name, where an SA
 * stands on the digest it was established with; load and unload leave it alone.
 */
final class ModelCharon {
    static final NodeCredentials NODE = node();

    final Loaded loaded = new Loaded();
    final Map<String, String> sas = new HashMap<>();

    /** Every branch whose connection is loaded dials in. */
    void branchesConnect() {
        loaded.connections().forEach(sas::putIfAbsent);
    }

    Set<String> liveNames() {
        return Set.copyOf(sas.keySet());
    }

    void execute(List<Action> plan) {
        plan.forEach(this::execute);
    }

    private void execute(Action action) {
        switch (action) {
            case AddRoutes(var networks) -> loaded.routes().addAll(networks);
            case RemoveRoutes(var networks) -> loaded.routes().removeAll(networks);
            case LoadKey(var key, _) -> loaded.key(new Loaded.Key(key.digest(), key.digest()));
            case UnloadKey(var id) -> loaded.superseded().remove(id);
            case LoadAuthority(var ca) -> loaded.authorities().put(ca.name(), ca.digest());
            case UnloadAuthority(var name) -> {
                loaded.authorities().remove(name);
                loaded.revocationLists().remove(name);
            }
            case FlushRevocationLists() -> {}
            case LoadRevocationList(var crl) ->
                    loaded.revocationLists().put(crl.name(), crl.digest());
            case LoadConnection(var it) -> {
                if (!loaded.routes().containsAll(it.networks())) {
                    throw new AssertionError(it.name() + " is loaded without its routes");
                }
                loaded.connections().put(it.name(), it.digest());
            }
            case UnloadConnection(var name) -> loaded.connections().remove(name);
            case TerminateSas(var name, _) -> {
                sas.remove(name);
                loaded.outdated().remove(name);
            }
        }
    }

    /** Keys of a node, others each time. */
    static NodeCredentials node() {
        try {
            return new NodeCredentials(
                    KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate(), "HUB");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
