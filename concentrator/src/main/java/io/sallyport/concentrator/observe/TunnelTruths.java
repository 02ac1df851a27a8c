package io.sallyport.concentrator.observe;

import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.ObservationReport.TruthChange;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The truths of all ordered tunnels. Owned by {@link Observations}, under its lock. */
final class TunnelTruths {
    private final Consumer<TruthChange> changes;
    private final Map<UUID, TunnelTruth> byId = new LinkedHashMap<>();
    private final Map<String, TunnelTruth> byConnection = new HashMap<>();
    private final Map<IpAddress, TunnelTruth> byProbeAddress = new HashMap<>();

    /**
     * @param changes is told every change of every truth
     */
    TunnelTruths(Consumer<TruthChange> changes) {
        this.changes = changes;
    }

    /** These tunnels are ordered; what is known of those that were ordered before stays. */
    void ordered(List<DesiredTunnel> tunnels) {
        Map<UUID, TunnelTruth> before = new HashMap<>(byId);
        byId.clear();
        byConnection.clear();
        byProbeAddress.clear();
        for (DesiredTunnel tunnel : tunnels) {
            TunnelTruth truth = before.getOrDefault(tunnel.id(), new TunnelTruth(tunnel, changes));
            truth.tunnel(tunnel);
            byId.put(tunnel.id(), truth);
            byConnection.put(tunnel.connectionName(), truth);
            byProbeAddress.put(tunnel.probeAddress(), truth);
        }
    }

    Optional<TunnelTruth> of(UUID tunnel) {
        return Optional.ofNullable(byId.get(tunnel));
    }

    Optional<TunnelTruth> ofConnection(String name) {
        return Optional.ofNullable(byConnection.get(name));
    }

    Optional<TunnelTruth> ofProbeAddress(IpAddress address) {
        return Optional.ofNullable(byProbeAddress.get(address));
    }

    /** In the order of the desired state. */
    Collection<TunnelTruth> all() {
        return byId.values();
    }
}
