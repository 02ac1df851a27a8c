package io.sallyport.concentrator;

import io.sallyport.concentrator.storage.StateDirectory;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes {@code status.json} when it changes. Owned by one thread. */
final class StatusFile {
    private static final Logger LOG = System.getLogger(StatusFile.class.getName());
    private static final String FILE = "status.json";

    private final StateDirectory state;
    private final Supplier<Status> present;
    private Optional<Status> written = Optional.empty();

    StatusFile(StateDirectory state, Supplier<Status> present) {
        this.state = state;
        this.present = present;
    }

    /** Writes the present status if it is another than the one written last. */
    void update() {
        Optional<Status> now = Optional.of(present.get());
        if (now.equals(written)) {
            return;
        }
        written = now;
        try {
            state.publish(FILE, WireJson.encode(now.get()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the status cannot be written: {0}", e.toString());
        }
    }
}
