package io.sallyport.concentrator.desired;

import io.sallyport.node.desired.DesiredKind;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.DesiredState;

import java.io.IOException;
import java.util.UUID;

/** The desired state of a concentrator, in force and on disk. */
public final class ConcentratorState {
    private ConcentratorState() {}

    /** Opens the store with the state that was in force when the process last ran, if any. */
    public static DesiredStore<DesiredState> open(StateDirectory state, UUID concentrator)
            throws IOException {
        return DesiredStore.open(
                state,
                new DesiredKind<>(
                        DesiredState.class,
                        DesiredState::version,
                        desired -> desired.concentrator().equals(concentrator)));
    }
}
