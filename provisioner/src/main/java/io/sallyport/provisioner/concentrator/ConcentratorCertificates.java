package io.sallyport.provisioner.concentrator;

import io.micronaut.data.connection.annotation.Connectable;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.node.NodeCertificates;
import io.sallyport.provisioner.node.NodeKeys;

import jakarta.inject.Singleton;

import java.util.Optional;
import java.util.UUID;

/** Whose certificates those of concentrators are. */
@Singleton
class ConcentratorCertificates implements NodeCertificates {
    private final NodeKeys keys;

    ConcentratorCertificates(NodeKeys keys) {
        this.keys = keys;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.CONCENTRATOR;
    }

    @Override
    @Connectable(readOnly = true)
    public Optional<UUID> holder(UUID certificate) {
        return keys.holder(NodeKind.CONCENTRATOR, certificate);
    }
}
