package io.sallyport.provisioner.gateway;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.wire.SessionReport;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Takes reports of gateways, those of one gateway one after the other. */
@Singleton
class GatewayReports {
    private final GatewayStore store;
    private final List<SessionEventListener> listeners;
    private final Clock clock;

    GatewayReports(GatewayStore store, List<SessionEventListener> listeners, Clock clock) {
        this.store = store;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
    }

    /** Stores a report with all that follows from it, or nothing. Blocks. */
    @Transactional
    void store(UUID gateway, SessionReport report) {
        if (!store.lock(gateway)) {
            throw new IllegalArgumentException("there is no gateway " + gateway);
        }
        store.seen(gateway, clock.instant());
        listeners.forEach(listener -> listener.reported(gateway, report));
    }
}
