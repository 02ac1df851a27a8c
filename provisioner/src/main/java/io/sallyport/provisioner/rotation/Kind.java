package io.sallyport.provisioner.rotation;

/** What a rotation changes. */
enum Kind {
    /** IKE key and client key of concentrators; then every SA is authenticated with the new one. */
    CONCENTRATOR_KEY,
    /** TLS server key and client key of gateways. */
    GATEWAY_KEY,
    /** Keys of branches. */
    SITE_KEY
}
