package io.sallyport.provisioner.access;

/** What kind of node calls the internal API. */
public enum NodeKind {
    CONCENTRATOR,
    GATEWAY
}
