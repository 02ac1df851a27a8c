package io.sallyport.provisioner.gateway;

import io.sallyport.wire.GroupPolicy;

import java.util.List;
import java.util.UUID;

/** Knows the groups of a customer. */
@FunctionalInterface
public interface ServedGroups {
    /** In the order in which clients list them. Blocks; runs in the caller's transaction. */
    List<GroupPolicy> of(UUID customer);
}
