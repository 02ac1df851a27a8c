package io.sallyport.provisioner.access;

/** What a token is for. */
public enum Role {
    /** Runs the service: concentrators, metrics. */
    OPERATOR,
    /** Orders tunnels, and sees its own only. */
    CUSTOMER
}
