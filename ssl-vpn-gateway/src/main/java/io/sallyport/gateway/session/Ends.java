package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.wire.SessionEvent;

/** What the end of a tunnel means for its session. */
final class Ends {
    private Ends() {}

    /** Why a session ended that ended with its tunnel. */
    static SessionEvent.EndReason of(EndReason reason) {
        return switch (reason) {
            case LOGOUT -> SessionEvent.EndReason.LOGOUT;
            case IDLE -> SessionEvent.EndReason.IDLE_TIMEOUT;
            case DISCONNECTED -> SessionEvent.EndReason.DISCONNECTED;
            case PROTOCOL_ERROR -> SessionEvent.EndReason.PROTOCOL_ERROR;
            case CLIENT_LEFT, CONNECTION_LOST, PEER_DEAD, REPLACED, STOPPED ->
                    SessionEvent.EndReason.LOST;
        };
    }
}
