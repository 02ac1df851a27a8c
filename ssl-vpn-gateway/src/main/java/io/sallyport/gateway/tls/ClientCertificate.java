package io.sallyport.gateway.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/** What a client showed of itself in the TLS handshake. */
public sealed interface ClientCertificate {

    /** The client was not asked for a certificate, or had none. */
    record None() implements ClientCertificate {}

    /**
     * The client has the private key of this certificate, and the chain is good.
     *
     * @param chain the client's certificate first
     */
    record Verified(List<X509Certificate> chain) implements ClientCertificate {
        public Verified {
            chain = List.copyOf(chain);
        }

        /** The client's own certificate. */
        public X509Certificate certificate() {
            return chain.getFirst();
        }
    }

    /** The client has the private key of this certificate, but it proves nothing here. */
    record Unacceptable(X509Certificate certificate, Fault fault) implements ClientCertificate {}

    /** Why a certificate is not accepted. */
    enum Fault {
        EXPIRED,
        NOT_YET_VALID,
        REVOKED,
        /** No list of revoked certificates in force says anything about it. */
        REVOCATION_UNKNOWN,
        UNKNOWN_ISSUER,
        /** Not for clients of TLS (extended key usage). */
        WRONG_PURPOSE,
        INVALID
    }
}
