package io.sallyport.node.provisioner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS contexts that trust the internal roots and nobody else. */
public final class ProvisionerTls {
    private ProvisionerTls() {}

    /**
     * A context that shows no certificate.
     *
     * @param rootsPem the internal root in PEM, or several of which any is trusted
     * @throws IOException if it is no certificate
     */
    public static SSLContext trusting(String rootsPem) throws IOException {
        try {
            return context(rootsPem, null);
        } catch (GeneralSecurityException e) {
            throw new IOException("expected a root certificate in PEM", e);
        }
    }

    /**
     * A context that shows the node's client certificate.
     *
     * @param rootsPem the internal root in PEM, or several of which any is trusted
     * @param key the client key
     * @param chainPem the client certificate and its issuer, in this order
     * @throws IOException if one of them cannot be read
     */
    public static SSLContext mutual(String rootsPem, PrivateKey key, String chainPem)
            throws IOException {
        try {
            char[] inMemoryOnly = new char[0];
            KeyStore keys = emptyStore();
            keys.setKeyEntry(
                    "client",
                    key,
                    inMemoryOnly,
                    certificates(chainPem).toArray(Certificate[]::new));
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, inMemoryOnly);
            return context(rootsPem, managers.getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new IOException("expected a client key, its chain and a root certificate", e);
        }
    }

    /**
     * Reads certificates in PEM (RFC 7468), in their order.
     *
     * @throws CertificateException if there is none, or one cannot be read
     */
    public static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> certificates =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (certificates.isEmpty()) {
            throw new CertificateException("expected a certificate in PEM");
        }
        return certificates;
    }

    /** Whether a certificate is signed with its own key, as a root's is. Its name says nothing. */
    public static boolean isSelfSigned(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static SSLContext context(String rootsPem, KeyManager[] keys)
            throws GeneralSecurityException, IOException {
        KeyStore roots = emptyStore();
        int number = 0;
        for (X509Certificate root : certificates(rootsPem)) {
            roots.setCertificateEntry("root-" + number++, root);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
