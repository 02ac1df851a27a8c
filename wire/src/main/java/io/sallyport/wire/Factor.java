package io.sallyport.wire;

/** A way in which a teleworker proves who it is. */
public enum Factor {
    PASSWORD,
    /** A one-time password by time (RFC 6238). */
    TOTP,
    /** A TLS client certificate of the teleworkers' authority. */
    CERTIFICATE
}
