package io.sallyport.provisioner.rotation;

/** What a rotation changes. */
enum Kind {
    /** IKE key and client key of concentrators; then every SA is authenticated with the new one. */
    CONCENTRATOR_KEY,
    /** TLS server key and client key of gateways. */
    GATEWAY_KEY,
    /** Keys of branches. */
    SITE_KEY,
    /** The authority that issues for a purpose; then what it issued. */
    ISSUING_CA,
    /** The root; authorities follow by a rotation each. */
    ROOT;

    /** A branch asks every hour whether it is to renew. */
    boolean waitsForBranches() {
        return this == SITE_KEY || this == ISSUING_CA || this == ROOT;
    }
}
