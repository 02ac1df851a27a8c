package io.sallyport.concentrator.desired;

import io.sallyport.concentrator.storage.StateDirectory;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;

/** The desired state in force, in memory and on disk. Written by one thread, read by any. */
public final class DesiredStore {
    private static final Logger LOG = System.getLogger(DesiredStore.class.getName());
    private static final String FILE = "desired.json";

    private final StateDirectory state;
    private final UUID concentrator;
    private volatile Optional<DesiredState> current;

    private DesiredStore(StateDirectory state, UUID concentrator, Optional<DesiredState> current) {
        this.state = state;
        this.concentrator = concentrator;
        this.current = current;
    }

    /** Opens the store with the state that was in force when the process last ran, if any. */
    public static DesiredStore open(StateDirectory state, UUID concentrator) throws IOException {
        Optional<DesiredState> stored = Optional.empty();
        Optional<byte[]> content = state.read(FILE);
        if (content.isPresent()) {
            try {
                stored =
                        Optional.of(WireJson.decode(content.get(), DesiredState.class))
                                .filter(desired -> desired.concentrator().equals(concentrator));
            } catch (MalformedWireException e) {
                // It is only a copy: the provisioner has it.
                LOG.log(Level.WARNING, "the stored desired state cannot be read", e);
            }
        }
        return new DesiredStore(state, concentrator, stored);
    }

    /** The state in force; empty before the first was ever fetched. */
    public Optional<DesiredState> current() {
        return current;
    }

    /** Version of the state in force, 0 for none. */
    public long version() {
        return current.map(DesiredState::version).orElse(0L);
    }

    /**
     * Takes a fetched state: in force from now on, also after a restart.
     *
     * @throws MalformedWireException if it is no desired state; nothing changes then
     * @throws UnwantedStateException if it is not a newer state of this node; nothing changes then
     * @throws IOException if it cannot be stored; nothing changes then
     */
    void accept(byte[] json) throws IOException {
        DesiredState fetched = WireJson.decode(json, DesiredState.class);
        if (!fetched.concentrator().equals(concentrator)) {
            throw new UnwantedStateException(
                    "got the desired state of concentrator " + fetched.concentrator());
        }
        if (fetched.version() <= version()) {
            throw new UnwantedStateException(
                    "got version %d of the desired state, has %d"
                            .formatted(fetched.version(), version()));
        }
        state.store(FILE, json);
        current = Optional.of(fetched);
    }
}
