package io.sallyport.provisioner.gateway;

import io.sallyport.wire.SessionReport;

import java.util.UUID;

/** Takes what gateways report. */
@FunctionalInterface
public interface SessionEventListener {
    /**
     * Stores a report; what was stored before is passed over. Blocks; runs in the caller's
     * transaction, which has locked the gateway's row.
     */
    void reported(UUID gateway, SessionReport report);
}
