package io.sallyport.gateway;

import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/** Writes {@code status.json}: when it changes, and now and then. Owned by one thread. */
final class StatusFiles {
    private static final Logger LOG = System.getLogger(StatusFiles.class.getName());
    private static final Duration REWRITTEN_AFTER = Duration.ofSeconds(5);
    private static final String FILE = "status.json";

    private final StateDirectory state;
    private Optional<Status> written = Optional.empty();

    /** Removes what a former process left. */
    static void clear(StateDirectory state) throws IOException {
        state.remove(FILE);
    }

    StatusFiles(StateDirectory state) {
        this.state = state;
    }

    /** Writes the present status if it is another than the one written last, or that is old. */
    void update(Status now) {
        if (written.filter(before -> isStillGood(before, now)).isPresent()) {
            return;
        }
        written = Optional.of(now);
        try {
            state.publish(FILE, WireJson.encode(now));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the status cannot be written: {0}", e.toString());
        }
    }

    private static boolean isStillGood(Status written, Status now) {
        return now.saysTheSameAs(written)
                && Duration.between(written.at(), now.at()).abs().compareTo(REWRITTEN_AFTER) < 0;
    }
}
