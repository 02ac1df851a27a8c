package io.sallyport.provisioner.gateway;

import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.authority.Certificates;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The OCSP responses that gateways staple. Each is made anew long before its end, so that a gateway
 * which cannot reach us for most of a day still shows one that holds.
 */
@Singleton
class OcspStaples {
    private static final Duration RELIABLE_FOR = Duration.ofHours(24);
    private static final Duration RENEWED_AFTER = Duration.ofHours(6);

    private final GatewayStore store;
    private final Certificates certificates;
    private final Clock clock;

    OcspStaples(GatewayStore store, Certificates certificates, Clock clock) {
        this.store = store;
        this.certificates = certificates;
        this.clock = clock;
    }

    /** A new one about this certificate. Blocks. */
    @Transactional
    byte[] of(UUID serverCertificate) {
        return certificates.ocspResponse(serverCertificate, RELIABLE_FOR);
    }

    /** Renews those that get old. Blocks. */
    @Transactional
    @Scheduled(fixedDelay = "15m", initialDelay = "1m")
    void renew() {
        Instant now = clock.instant();
        for (Gateway gateway : store.withStapleBefore(now.minus(RENEWED_AFTER))) {
            gateway.membership()
                    .ifPresent(
                            membership ->
                                    store.restaple(
                                            gateway.id(), of(membership.serverCertificate()), now));
        }
    }
}
