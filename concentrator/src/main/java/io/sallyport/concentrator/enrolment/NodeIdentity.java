package io.sallyport.concentrator.enrolment;

import io.sallyport.node.enrolment.Member;
import io.sallyport.wire.Enrolment;

import java.net.URI;
import java.security.PrivateKey;
import java.util.UUID;

/**
 * What makes this node a member. Holds its private keys: never printed.
 *
 * @param concentrator the node's id
 * @param internalUrl where the provisioner's internal API is
 * @param clientKey key of the TLS client certificate, EC P-256
 * @param clientChainPem the TLS client certificate and its issuer
 * @param ikeKey key of the IKE certificate, EC P-256
 * @param ikeCertificatePem the IKE certificate
 */
public record NodeIdentity(
        UUID concentrator,
        URI internalUrl,
        PrivateKey clientKey,
        String clientChainPem,
        PrivateKey ikeKey,
        String ikeCertificatePem) {

    /** What a member has. */
    public static NodeIdentity of(Member<Enrolment.Answer> member) {
        return new NodeIdentity(
                member.answer().concentrator(),
                member.answer().internalUrl(),
                member.keys().getFirst(),
                member.answer().clientChainPem(),
                member.keys().getLast(),
                member.answer().ikeCertificatePem());
    }

    @Override
    public String toString() {
        return "NodeIdentity[concentrator=%s, internalUrl=%s]".formatted(concentrator, internalUrl);
    }
}
