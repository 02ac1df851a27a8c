package io.sallyport.provisioner.node;

import io.sallyport.provisioner.access.NodeKind;

import java.util.Optional;
import java.util.UUID;

/** Knows which node of one kind has which client certificate. */
public interface NodeCertificates {
    NodeKind kind();

    /** The node whose client certificate has this id in our tables. Blocks. */
    Optional<UUID> holder(UUID certificate);
}
