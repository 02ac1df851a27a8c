package io.sallyport.gateway.tls;

import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway proves itself with and what it checks clients by. Replaced as one whole, see
 * {@link TlsAcceptor#install}.
 *
 * @param chain the gateway's certificate first, without the root
 * @param key its private key: EC on P-256 or P-384, or RSA from 2048 bits on
 * @param ocspStaple DER of an OCSPResponse (RFC 6960) about the first certificate
 * @param clientAuthorities issuers of client certificates; none: clients are not asked for one
 * @param clientCrls the lists of revoked client certificates
 */
public record TlsCredentials(
        List<X509Certificate> chain,
        PrivateKey key,
        Optional<byte[]> ocspStaple,
        List<X509Certificate> clientAuthorities,
        List<X509CRL> clientCrls) {

    public TlsCredentials {
        chain = List.copyOf(chain);
        clientAuthorities = List.copyOf(clientAuthorities);
        clientCrls = List.copyOf(clientCrls);
    }

    @Override
    public String toString() {
        return "TlsCredentials[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
