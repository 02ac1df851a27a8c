package io.sallyport.provisioner.concentrator;

import io.sallyport.wire.DesiredState.DesiredTunnel;

import java.util.List;
import java.util.UUID;

/** Says which tunnels belong into the desired state of a concentrator. */
public interface OrderedTunnels {
    /**
     * Every tunnel that the concentrator has to have, in a stable order. Blocks; runs in the
     * transaction that reads the desired version.
     */
    List<DesiredTunnel> of(UUID concentrator);
}
