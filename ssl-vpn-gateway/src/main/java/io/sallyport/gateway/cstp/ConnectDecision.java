package io.sallyport.gateway.cstp;

import java.util.Objects;

/** What the sessions say to a CONNECT. */
public sealed interface ConnectDecision {

    /**
     * The tunnel is granted and reserved.
     *
     * @param offer what the client is told
     * @param start what to do once it was told
     */
    record Granted(TunnelOffer offer, TunnelStart start) implements ConnectDecision {
        public Granted {
            Objects.requireNonNull(offer, "offer");
            Objects.requireNonNull(start, "start");
        }
    }

    /**
     * The cookie opens no session (any more): the client has to log in again. Answered with 401.
     */
    record NoSession() implements ConnectDecision {}

    /**
     * There is no tunnel now. Answered with 503 and X-Reason, which a client shows.
     *
     * @param reason for the user
     */
    record Unavailable(String reason) implements ConnectDecision {
        public Unavailable {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
