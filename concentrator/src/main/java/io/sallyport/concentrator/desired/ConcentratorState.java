package io.sallyport.concentrator.desired;

import io.sallyport.node.desired.DesiredKind;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.MalformedWireException;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

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

    /**
     * The state that was in force when the process last ran, if any.
     *
     * @throws MalformedWireException if what is stored is no desired state
     */
    public static Optional<DesiredState> stored(StateDirectory state) throws IOException {
        return DesiredStore.stored(state, DesiredState.class);
    }

    /** The CA certificates of the state in force, PEM one after the other; blank without one. */
    public static String authorities(DesiredStore<DesiredState> store) {
        return store.current().stream()
                .flatMap(desired -> desired.authorities().stream())
                .map(DesiredState.Authority::certificatePem)
                .collect(Collectors.joining("\n"));
    }
}
