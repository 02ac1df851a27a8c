package io.sallyport.wire;

import java.net.URI;
import java.util.Objects;
import java.util.UUID;

/** How a new gateway becomes a member: it shows its one-time secret and its two requests. */
public final class GatewayEnrolment {
    private GatewayEnrolment() {}

    /**
     * Sent once with the one-time secret as bearer token. Both keys were made on the node and stay
     * there. The names in the certificates are those that the gateway was registered with.
     *
     * @param clientRequestPem PKCS#10 request (RFC 2986) for its TLS client certificate towards the
     *     provisioner
     * @param serverRequestPem PKCS#10 request for the TLS server certificate that its clients see
     */
    public record Request(String clientRequestPem, String serverRequestPem) {
        public Request {
            Objects.requireNonNull(clientRequestPem, "clientRequestPem");
            Objects.requireNonNull(serverRequestPem, "serverRequestPem");
        }
    }

    /**
     * The answer.
     *
     * @param gateway the node's id
     * @param internalUrl where the desired state is fetched, over mutual TLS
     * @param clientChainPem its TLS client certificate and the issuing authority, in this order
     * @param serverChainPem its TLS server certificate and the issuing authority, in this order
     */
    public record Answer(
            UUID gateway, URI internalUrl, String clientChainPem, String serverChainPem) {
        public Answer {
            Objects.requireNonNull(gateway, "gateway");
            Objects.requireNonNull(internalUrl, "internalUrl");
            Objects.requireNonNull(clientChainPem, "clientChainPem");
            Objects.requireNonNull(serverChainPem, "serverChainPem");
        }
    }
}
