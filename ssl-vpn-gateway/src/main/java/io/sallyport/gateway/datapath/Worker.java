package io.sallyport.gateway.datapath;

import java.io.Closeable;
import java.io.IOException;

/** The work of one thread of the data path, a turn at a time. */
interface Worker extends Closeable {

    /**
     * Waits for something to do, and does it. Called again and again, by one thread.
     *
     * @throws IOException if the device or the socket that all tunnels share is broken
     */
    void turn() throws IOException;

    /** Ends the wait of the turn that runs, or of the next one. Thread-safe. */
    void wake();

    /** Whether it may be stopped without losing what clients are still to be told. */
    default boolean isDone() {
        return true;
    }

    /** Gives back what the worker opened; after the last turn. */
    @Override
    void close() throws IOException;
}
