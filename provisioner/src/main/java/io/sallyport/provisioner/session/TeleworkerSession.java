package io.sallyport.provisioner.session;

import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionEvent.Counters;
import io.sallyport.wire.SessionEvent.EndReason;
import io.sallyport.wire.SessionId;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A session.
 *
 * @param group name of the group that was logged in to
 * @param notAfter it ends then at the latest
 * @param source where the client is
 * @param channel what carries it now
 * @param carried all that it carried
 * @param lastEventAt when the gateway last said something of it
 * @param endingAt since when its gateway has to end it
 */
record TeleworkerSession(
        SessionId id,
        UUID gateway,
        UUID teleworker,
        String username,
        String group,
        Instant createdAt,
        Instant notAfter,
        String source,
        Channel channel,
        Optional<String> innerV4,
        Optional<String> innerV6,
        Counters carried,
        Optional<Instant> lastEventAt,
        Optional<Instant> endingAt,
        Optional<Instant> endedAt,
        Optional<EndReason> endReason) {

    /** How a session is. */
    enum State {
        /** Logged in; its tunnel was not reported yet. */
        GRANTED,
        CONNECTED,
        /** Without a connection, and can be taken up again. */
        DISCONNECTED,
        /** Its gateway was told to end it. */
        ENDING,
        ENDED
    }

    State state() {
        if (endedAt.isPresent()) {
            return State.ENDED;
        }
        if (endingAt.isPresent()) {
            return State.ENDING;
        }
        if (channel != Channel.NONE) {
            return State.CONNECTED;
        }
        return lastEventAt.isPresent() ? State.DISCONNECTED : State.GRANTED;
    }
}
