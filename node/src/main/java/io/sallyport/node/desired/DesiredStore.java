package io.sallyport.node.desired;

import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * The desired state in force, in memory and on disk. Written by one thread, read by any.
 *
 * @param <S> the state of this kind of node
 */
public final class DesiredStore<S extends Record> {
    private static final Logger LOG = System.getLogger(DesiredStore.class.getName());
    private static final String FILE = "desired.json";

    private final StateDirectory state;
    private final DesiredKind<S> kind;
    private volatile Optional<S> current;

    private DesiredStore(StateDirectory state, DesiredKind<S> kind, Optional<S> current) {
        this.state = state;
        this.kind = kind;
        this.current = current;
    }

    /** Opens the store with the state that was in force when the process last ran, if any. */
    public static <S extends Record> DesiredStore<S> open(StateDirectory state, DesiredKind<S> kind)
            throws IOException {
        Optional<S> stored = Optional.empty();
        try {
            stored = stored(state, kind.type()).filter(kind.isOurs());
        } catch (MalformedWireException e) {
            // It is only a copy: the provisioner has it.
            LOG.log(Level.WARNING, "the stored desired state cannot be read", e);
        }
        return new DesiredStore<>(state, kind, stored);
    }

    /**
     * The state that was in force when the process last ran, if any; of whichever node.
     *
     * @throws MalformedWireException if what is stored is no desired state
     */
    public static <S extends Record> Optional<S> stored(StateDirectory state, Class<S> type)
            throws IOException {
        Optional<byte[]> content = state.read(FILE);
        return content.isPresent()
                ? Optional.of(WireJson.decode(content.get(), type))
                : Optional.empty();
    }

    /** The state in force; empty before the first was ever fetched. */
    public Optional<S> current() {
        return current;
    }

    /** Version of the state in force, 0 for none. */
    public long version() {
        return current.map(kind.version()::applyAsLong).orElse(0L);
    }

    /**
     * Takes a fetched state: in force from now on, also after a restart.
     *
     * @throws MalformedWireException if it is no desired state; nothing changes then
     * @throws UnwantedStateException if it is not a newer state of this node; nothing changes then
     * @throws IOException if it cannot be stored; nothing changes then
     */
    void accept(byte[] json) throws IOException {
        S fetched = WireJson.decode(json, kind.type());
        long version = kind.version().applyAsLong(fetched);
        if (!kind.isOurs().test(fetched)) {
            throw new UnwantedStateException("got the desired state of another node");
        }
        if (version <= version()) {
            throw new UnwantedStateException(
                    "got version %d of the desired state, has %d".formatted(version, version()));
        }
        state.store(FILE, json);
        current = Optional.of(fetched);
    }
}
