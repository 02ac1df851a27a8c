package io.sallyport.gateway;

import io.sallyport.gateway.provisioner.GatewayIdentity;
import io.sallyport.gateway.tls.TlsCredentials;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.Octets;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What the desired state says of certificates, with the key that never left this node. */
final class ServerCredentials {
    private ServerCredentials() {}

    /**
     * What the desired state says.
     *
     * @throws GeneralSecurityException if something in it cannot be read, or the certificate is for
     *     another key
     */
    static TlsCredentials of(GatewayState state, GatewayIdentity node)
            throws GeneralSecurityException {
        List<X509Certificate> chain = withoutRoot(state.serverCertificateChainPem());
        return credentials(state, node, chain, state.ocspStaple().map(Octets::toArray));
    }

    /**
     * The same, for keys that the desired state may not know yet: then with the certificate that
     * came with them, and no OCSP response.
     *
     * @throws GeneralSecurityException if something in it cannot be read, or the certificate is for
     *     another key
     */
    static TlsCredentials ofRenewed(GatewayState state, GatewayIdentity node)
            throws GeneralSecurityException {
        List<X509Certificate> stated = withoutRoot(state.serverCertificateChainPem());
        if (!stated.isEmpty() && isPair(node.serverKey(), stated.getFirst().getPublicKey())) {
            return of(state, node);
        }
        return credentials(state, node, withoutRoot(node.serverChainPem()), Optional.empty());
    }

    private static TlsCredentials credentials(
            GatewayState state,
            GatewayIdentity node,
            List<X509Certificate> chain,
            Optional<byte[]> ocspStaple)
            throws GeneralSecurityException {
        if (chain.isEmpty() || !isPair(node.serverKey(), chain.getFirst().getPublicKey())) {
            throw new CertificateException("the server certificate is for another key");
        }
        return new TlsCredentials(
                chain,
                node.serverKey(),
                ocspStaple,
                state.clientAuthoritiesPem().isBlank()
                        ? List.of()
                        : ProvisionerTls.certificates(state.clientAuthoritiesPem()),
                crls(state.clientCrlsPem()));
    }

    private static List<X509Certificate> withoutRoot(String pem) throws CertificateException {
        return ProvisionerTls.certificates(pem).stream()
                .filter(certificate -> !ProvisionerTls.isSelfSigned(certificate))
                .toList();
    }

    private static List<X509CRL> crls(String pem) throws CertificateException, CRLException {
        if (pem.isBlank()) {
            return List.of();
        }
        return CertificateFactory.getInstance("X.509")
                .generateCRLs(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509CRL.class::cast)
                .toList();
    }

    private static boolean isPair(PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(publicKey.getAlgorithm())) {
            return false;
        }
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default ->
                            throw new GeneralSecurityException(
                                    "no server key can be " + key.getAlgorithm());
                };
        byte[] probe = new byte[32];
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(publicKey);
        verifier.update(probe);
        return verifier.verify(signature);
    }
}
