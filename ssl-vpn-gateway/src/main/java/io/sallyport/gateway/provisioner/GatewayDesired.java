package io.sallyport.gateway.provisioner;

import io.sallyport.node.desired.DesiredKind;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.GatewayState;

import java.io.IOException;
import java.util.UUID;

/** The desired state of a gateway, in force and on disk. */
public final class GatewayDesired {
    private GatewayDesired() {}

    /** Opens the store with the state that was in force when the process last ran, if any. */
    public static DesiredStore<GatewayState> open(StateDirectory state, UUID gateway)
            throws IOException {
        return DesiredStore.open(
                state,
                new DesiredKind<>(
                        GatewayState.class,
                        GatewayState::version,
                        desired -> desired.gateway().equals(gateway)));
    }
}
