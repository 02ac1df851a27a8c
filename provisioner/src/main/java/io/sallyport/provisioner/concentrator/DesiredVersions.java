package io.sallyport.provisioner.concentrator;

import java.util.UUID;

/** Counts the changes of each concentrator's desired state. */
public interface DesiredVersions {
    /**
     * Begins a new version in the caller's transaction; whoever waits for it is woken at its
     * commit. Locks the concentrator's row until then. Blocks.
     *
     * @return the new version, in which the transaction's changes are
     */
    long next(UUID concentrator);
}
