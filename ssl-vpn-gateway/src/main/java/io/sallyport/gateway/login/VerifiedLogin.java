package io.sallyport.gateway.login;

import io.sallyport.wire.LoginGrant;

import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;

/**
 * A user who proved every factor that the group requires. It can only be had from a {@link
 * io.sallyport.wire.LoginDecision.Accepted} and the request that it answers, so that there is no
 * session without one.
 */
public final class VerifiedLogin {
    private final LoginGrant grant;
    private final Optional<X509Certificate> clientCertificate;

    VerifiedLogin(LoginGrant grant, Optional<X509Certificate> clientCertificate) {
        this.grant = Objects.requireNonNull(grant, "grant");
        this.clientCertificate = Objects.requireNonNull(clientCertificate, "clientCertificate");
    }

    /** What the user was granted. */
    public LoginGrant grant() {
        return grant;
    }

    /**
     * The certificate that was one of the factors. Where there is one, the session's connections
     * have to show it too.
     */
    public Optional<X509Certificate> clientCertificate() {
        return clientCertificate;
    }

    @Override
    public String toString() {
        return "VerifiedLogin[session=%s]".formatted(grant.session());
    }
}
