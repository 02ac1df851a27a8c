package io.sallyport.provisioner.gateway;

import io.micronaut.data.connection.annotation.Connectable;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.node.NodeCertificates;
import io.sallyport.provisioner.node.NodeKeys;

import jakarta.inject.Singleton;

import java.util.Optional;
import java.util.UUID;

/** Whose certificates those of gateways are. */
@Singleton
class GatewayCertificates implements NodeCertificates {
    private final NodeKeys keys;

    GatewayCertificates(NodeKeys keys) {
        this.keys = keys;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.GATEWAY;
    }

    @Override
    @Connectable(readOnly = true)
    public Optional<UUID> holder(UUID certificate) {
        return keys.holder(NodeKind.GATEWAY, certificate);
    }
}
