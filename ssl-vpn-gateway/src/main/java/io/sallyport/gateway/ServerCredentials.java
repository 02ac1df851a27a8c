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

/**
 * What the desired state says of certificates, with the key that never left this node. While a new
 * key is in use and the desired state does not know it yet, its certificate is the one that came
 * with it, and no OCSP response is stapled.
 */
final class ServerCredentials {
    private ServerCredentials() {}

    /**
     * @throws GeneralSecurityException if something in it cannot be read, or the certificate is for
     *     another key
     */
    static TlsCredentials of(GatewayState state, GatewayIdentity node)
            throws GeneralSecurityException {
        PrivateKey key = node.serverKey();
        List<X509Certificate> chain = withoutRoot(state.serverCertificateChainPem());
        boolean stated = !chain.isEmpty() && isPair(key, chain.getFirst().getPublicKey());
        if (!stated) {
            chain = withoutRoot(node.serverChainPem());
        }
        if (chain.isEmpty() || !isPair(key, chain.getFirst().getPublicKey())) {
            throw new CertificateException("the server certificate is for another key");
        }
        return new TlsCredentials(
                chain,
                key,
                state.ocspStaple().filter(_ -> stated).map(Octets::toArray),
                state.clientAuthoritiesPem().isBlank()
                        ? List.of()
                        : ProvisionerTls.certificates(state.clientAuthoritiesPem()),
                crls(state.clientCrlsPem()));
    }

    private static List<X509Certificate> withoutRoot(String pem) throws CertificateException {
        return ProvisionerTls.certificates(pem).stream()
                .filter(
                        certificate ->
                                !certificate
                                        .getSubjectX500Principal()
                                        .equals(certificate.getIssuerX500Principal()))
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
