package io.sallyport.provisioner.gateway;

import io.sallyport.wire.GatewayState.Disconnect;

import java.util.List;
import java.util.UUID;

/** Knows which sessions a gateway has to end. */
@FunctionalInterface
public interface SessionsToEnd {
    /** In a stable order. Blocks; runs in the caller's transaction. */
    List<Disconnect> at(UUID gateway);
}
