package io.sallyport.gateway.tls;

/** What the owner of an established TLS connection has to do about a record that is not data. */
public enum Control {
    /** Nothing. */
    GO_ON,
    /** Send {@link RecordSealer#updateKeys} without asking for the peer's. */
    KEY_UPDATE_REQUESTED,
    /** Send {@link RecordSealer#refuseRenegotiation}. */
    RENEGOTIATION_REQUESTED,
    /** The peer will send nothing more (close_notify or a fatal alert): close. */
    PEER_CLOSED
}
