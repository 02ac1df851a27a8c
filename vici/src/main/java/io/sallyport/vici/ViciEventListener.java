package io.sallyport.vici;

import java.io.IOException;

/**
 * Hears what charon tells of its own accord. All calls come one after the other from the
 * subscription's own thread.
 *
 * <p>Return soon: what charon raises meanwhile waits in charon's memory, without bound. What throws
 * is told to {@link #disconnected}, and the subscription starts afresh.
 */
public interface ViciEventListener {
    /**
     * All events are registered on a new connection. What happened before is not told: list the SAs
     * now. Each event that comes after this call was raised after the registration.
     *
     * @param generation 1 for the first connection, then one more with each
     */
    void connected(long generation);

    /** One event. */
    void event(ViciEvent event);

    /**
     * The connection is lost, or could not be made; called once for each loss, not for each
     * attempt. Events are being missed until {@link #connected}. Not called for {@link
     * ViciEvents#close}.
     */
    void disconnected(IOException cause);
}
