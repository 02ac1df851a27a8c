package io.sallyport.wire;

import java.net.URI;
import java.util.Objects;
import java.util.UUID;

/** How a new concentrator becomes a member: it shows its one-time secret and its two requests. */
public final class Enrolment {
    private Enrolment() {}

    /**
     * Sent once with the one-time secret as bearer token. Both keys were made on the node and stay
     * there.
     *
     * @param clientRequestPem PKCS#10 request (RFC 2986) for its TLS client certificate
     * @param ikeRequestPem PKCS#10 request for its IKE certificate
     */
    public record Request(String clientRequestPem, String ikeRequestPem) {
        public Request {
            Objects.requireNonNull(clientRequestPem, "clientRequestPem");
            Objects.requireNonNull(ikeRequestPem, "ikeRequestPem");
        }
    }

    /**
     * The answer.
     *
     * @param concentrator the node's id
     * @param internalUrl where the desired state is fetched, over mutual TLS
     * @param clientChainPem its TLS client certificate and the issuing CA, in this order
     * @param ikeCertificatePem its IKE certificate
     */
    public record Answer(
            UUID concentrator, URI internalUrl, String clientChainPem, String ikeCertificatePem) {
        public Answer {
            Objects.requireNonNull(concentrator, "concentrator");
            Objects.requireNonNull(internalUrl, "internalUrl");
            Objects.requireNonNull(clientChainPem, "clientChainPem");
            Objects.requireNonNull(ikeCertificatePem, "ikeCertificatePem");
        }
    }
}
