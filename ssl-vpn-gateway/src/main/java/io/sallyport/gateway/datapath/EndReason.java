package io.sallyport.gateway.datapath;

/** Why a tunnel ended. */
public enum EndReason {
    /** The user ended the client (BYE with code 0xb0): the session is over, its cookie too. */
    LOGOUT,
    /** The client closed in good order without logging out (BYE without the code, close_notify). */
    CLIENT_LEFT,
    /** The TCP connection broke or ended without a word. */
    CONNECTION_LOST,
    /** No sign of life on the TLS channel for twice the DPD interval. */
    PEER_DEAD,
    /** No packet was carried for the idle timeout; the client was told. The session is over. */
    IDLE,
    /** We told the client to go ({@link LiveTunnel#disconnect}). The session is over. */
    DISCONNECTED,
    /** {@link LiveTunnel#close}: a newer connection of the same session took over. */
    REPLACED,
    /** The client sent what cannot be a record or a CSTP packet. */
    PROTOCOL_ERROR,
    /** The gateway stops, or the data path failed. */
    STOPPED;

    /** Whether the session is over with its tunnel; otherwise the client may come back to it. */
    public boolean endsSession() {
        return switch (this) {
            case LOGOUT, IDLE, DISCONNECTED -> true;
            case CLIENT_LEFT, CONNECTION_LOST, PEER_DEAD, REPLACED, PROTOCOL_ERROR, STOPPED ->
                    false;
        };
    }
}
