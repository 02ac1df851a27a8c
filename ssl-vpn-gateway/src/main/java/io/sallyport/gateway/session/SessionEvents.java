package io.sallyport.gateway.session;

import io.sallyport.wire.SessionEvent;

/** Takes what happens to sessions. Thread-safe; never blocks. */
@FunctionalInterface
public interface SessionEvents {
    /**
     * @return false if there was no room for it; it is lost then, unless it is offered again
     */
    boolean offer(SessionEvent event);
}
