package io.sallyport.gateway.session;

import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One file for each session, written at the login and removed at the end. They outlive a kill of
 * the process; after a loss of power a client may have to log in again. Thread-safe; blocks on the
 * disk.
 */
public final class SessionFiles {
    private static final Logger LOG = System.getLogger(SessionFiles.class.getName());
    private static final String SUFFIX = ".json";

    private final StateDirectory directory;
    private final AtomicInteger removals = new AtomicInteger();

    /**
     * @param directory for these files alone
     */
    public SessionFiles(StateDirectory directory) {
        this.directory = directory;
    }

    /** The sessions of the process before. A damaged file costs its own session only. */
    List<StoredSession> load() throws IOException {
        List<StoredSession> sessions = new ArrayList<>();
        for (String name : directory.names(SUFFIX)) {
            try {
                Optional<byte[]> content = directory.read(name);
                if (content.isPresent()) {
                    StoredSession stored = WireJson.decode(content.get(), StoredSession.class);
                    if (!name.equals(name(stored.session()))) {
                        throw new IOException("it names another session");
                    }
                    sessions.add(stored);
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "session file {0} dropped: {1}", name, e.getMessage());
                directory.remove(name);
            }
        }
        return sessions;
    }

    void store(StoredSession session) throws IOException {
        directory.publish(name(session.session()), WireJson.encode(session));
    }

    void remove(SessionId session) {
        try {
            directory.remove(name(session));
        } catch (IOException e) {
            LOG.log(Level.ERROR, "a session file cannot be removed: {0}", e.toString());
        }
    }

    /**
     * Removes a file, and forces that to the disk: once for all removals that wait.
     *
     * @param disk runs what it is given one after the other
     */
    void remove(SessionId session, Executor disk) {
        removals.incrementAndGet();
        disk.execute(
                () -> {
                    remove(session);
                    if (removals.decrementAndGet() == 0) {
                        force();
                    }
                });
    }

    private void force() {
        try {
            directory.force();
        } catch (IOException e) {
            LOG.log(Level.ERROR, "removals are not forced to the disk: {0}", e.toString());
        }
    }

    private static String name(SessionId session) {
        return session.hex() + SUFFIX;
    }
}
