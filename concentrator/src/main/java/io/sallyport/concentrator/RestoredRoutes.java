package io.sallyport.concentrator;

import io.sallyport.concentrator.desired.ConcentratorState;
import io.sallyport.concentrator.reconcile.BlackholeRoutes;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.MalformedWireException;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The blackhole routes of the stored desired state, set at the start of a host before it has a
 * network: the process itself comes later, and until its first pass packets for branches would
 * leave in clear text (docs/adr/0105).
 */
final class RestoredRoutes {
    private RestoredRoutes() {}

    /**
     * Adds those that are missing; takes none away, which the first pass does. Blocks.
     *
     * @return how many networks have one; 0 when no state was ever fetched
     * @throws IOException if what is stored cannot be read, or a route could not be added; the
     *     others were
     */
    static int restore(StateDirectory state, BlackholeRoutes routes) throws IOException {
        Optional<DesiredState> stored;
        try {
            stored = ConcentratorState.stored(state);
        } catch (MalformedWireException e) {
            throw new IOException(
                    "the stored desired state cannot be read, and no route is set for any branch",
                    e);
        }
        Set<IpNetwork> wanted = stored.map(DesiredState::networksOfBranches).orElse(Set.of());
        Set<IpNetwork> missing = new HashSet<>(wanted);
        missing.removeAll(routes.list());
        if (!missing.isEmpty()) {
            routes.change(missing, Set.of());
        }
        return wanted.size();
    }
}
