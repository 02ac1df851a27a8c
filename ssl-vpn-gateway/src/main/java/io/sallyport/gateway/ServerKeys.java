package io.sallyport.gateway;

import io.sallyport.gateway.provisioner.GatewayIdentity;
import io.sallyport.gateway.tls.TlsWarmUp;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.enrolment.Member;
import io.sallyport.node.renewal.KeyUser;
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.GatewayState;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The keys of this gateway: new handshakes show the new ones, what lives goes on. */
final class ServerKeys implements KeyUser<GatewayEnrolment.Answer> {
    private final DesiredStore<GatewayState> desired;
    private final GatewayService service;
    private final Clock clock;
    private Instant since;

    ServerKeys(DesiredStore<GatewayState> desired, GatewayService service, Clock clock) {
        this.desired = desired;
        this.service = service;
        this.clock = clock;
        this.since = clock.instant();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Handshakes of our own client with the new key and certificate.
     */
    @Override
    public void prove(Member<GatewayEnrolment.Answer> next) throws IOException {
        try {
            TlsWarmUp.run(
                    ServerCredentials.ofRenewed(
                            desired.current().orElseThrow(), GatewayIdentity.of(next)),
                    clock,
                    Duration.ZERO);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the new server certificate cannot be used", e);
        }
    }

    @Override
    public void use(Member<GatewayEnrolment.Answer> member) throws IOException {
        service.use(GatewayIdentity.of(member));
        since = clock.instant();
    }

    @Override
    public Optional<Instant> inForce() {
        return Optional.of(since);
    }
}
