package io.sallyport.gateway.provisioner;

import io.sallyport.node.enrolment.Member;
import io.sallyport.wire.GatewayEnrolment;

import java.net.URI;
import java.security.PrivateKey;
import java.util.UUID;

/**
 * What makes this node a gateway of the provisioner. Holds its private keys: never printed.
 *
 * @param gateway the node's id
 * @param internalUrl where the provisioner's internal API is
 * @param clientKey key of the client certificate towards the provisioner, EC P-256
 * @param clientChainPem the client certificate and its issuer
 * @param serverKey key of the server certificate that teleworkers see, EC P-256
 * @param serverChainPem the server certificate and its issuer
 */
public record GatewayIdentity(
        UUID gateway,
        URI internalUrl,
        PrivateKey clientKey,
        String clientChainPem,
        PrivateKey serverKey,
        String serverChainPem) {

    /** What a member has. */
    public static GatewayIdentity of(Member<GatewayEnrolment.Answer> member) {
        return new GatewayIdentity(
                member.answer().gateway(),
                member.answer().internalUrl(),
                member.keys().getFirst(),
                member.answer().clientChainPem(),
                member.keys().getLast(),
                member.answer().serverChainPem());
    }

    /** The address of one of this gateway's resources. */
    public URI resource(String name) {
        return internalUrl.resolve("/internal/v1/gateways/%s/%s".formatted(gateway, name));
    }

    @Override
    public String toString() {
        return "GatewayIdentity[gateway=%s, internalUrl=%s]".formatted(gateway, internalUrl);
    }
}
