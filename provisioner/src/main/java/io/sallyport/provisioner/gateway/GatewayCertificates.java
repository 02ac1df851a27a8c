package io.sallyport.provisioner.gateway;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.node.NodeCertificates;

import jakarta.inject.Singleton;

import java.util.Optional;
import java.util.UUID;

/** Whose certificates those of gateways are. */
@Singleton
class GatewayCertificates implements NodeCertificates {
    private final GatewayStore store;

    GatewayCertificates(GatewayStore store) {
        this.store = store;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.GATEWAY;
    }

    @Override
    @Transactional(readOnly = true)
    public Optional<UUID> holder(UUID certificate) {
        return store.ofClientCertificate(certificate);
    }
}
