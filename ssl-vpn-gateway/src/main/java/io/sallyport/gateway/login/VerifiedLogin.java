package io.sallyport.gateway.login;

import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.LoginRequest;

import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;

/**
 * A user who proved every factor that the group requires. It can only be had from a {@link
 * LoginDecision.Accepted} and the request that it answers, so there is no session without one.
 */
public final class VerifiedLogin {
    private final LoginGrant grant;
    private final Optional<X509Certificate> clientCertificate;

    private VerifiedLogin(LoginGrant grant, Optional<X509Certificate> clientCertificate) {
        this.grant = grant;
        this.clientCertificate = clientCertificate;
    }

    /**
     * Takes the authority at its word, but not for what nobody showed.
     *
     * @param request what was accepted
     * @param clientCertificate a trusted one that the client showed on this connection
     * @return empty if the grant is for another group, or for a factor that was not in the request
     */
    public static Optional<VerifiedLogin> of(
            LoginDecision.Accepted accepted,
            LoginRequest request,
            Optional<X509Certificate> clientCertificate) {
        GroupPolicy policy = accepted.grant().policy();
        boolean shown =
                policy.factors().stream()
                        .allMatch(factor -> isShown(factor, request, clientCertificate));
        if (!shown || !policy.name().equals(request.group())) {
            return Optional.empty();
        }
        return Optional.of(
                new VerifiedLogin(
                        accepted.grant(),
                        clientCertificate.filter(
                                _ -> policy.factors().contains(Factor.CERTIFICATE))));
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

    private static boolean isShown(
            Factor factor, LoginRequest request, Optional<X509Certificate> clientCertificate) {
        return switch (factor) {
            // The authority seals into a continuation that the password was right.
            case PASSWORD -> request.password().isPresent() || request.continuation().isPresent();
            case TOTP -> request.oneTimePassword().isPresent();
            case CERTIFICATE ->
                    clientCertificate.isPresent() && !request.clientCertificateChain().isEmpty();
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifiedLogin login
                && grant.equals(login.grant)
                && clientCertificate.equals(login.clientCertificate);
    }

    @Override
    public int hashCode() {
        return Objects.hash(grant, clientCertificate);
    }

    @Override
    public String toString() {
        return "VerifiedLogin[session=%s]".formatted(grant.session());
    }
}
