package io.sallyport.gateway.cstp;

import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.wire.IpAddress;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The sessions of this gateway, as a connection needs them. Thread-safe; may block for a moment.
 */
public interface Sessions {

    /**
     * Why nobody can log in at present (the gateway is being drained), for the user; empty in the
     * normal case.
     */
    Optional<String> closedForLogins();

    /** Opens a session for a verified user. */
    Opening open(VerifiedLogin login);

    /**
     * Takes up a session for a tunnel on this connection. A connection that the session still has
     * ends.
     *
     * @param clientCertificate a trusted one that the client showed on this connection
     * @param source where the client is; its family bounds the MTU
     */
    ConnectDecision connect(
            SessionCookie cookie,
            Optional<X509Certificate> clientCertificate,
            IpAddress source,
            ConnectRequest request);

    /** What came of {@link #open}. */
    sealed interface Opening {
        /** The session is there, and survives a restart of the gateway. */
        record Opened(SessionCookie cookie) implements Opening {}

        /**
         * There is no room for it.
         *
         * @param message for the user
         */
        record NoRoom(String message) implements Opening {}
    }
}
