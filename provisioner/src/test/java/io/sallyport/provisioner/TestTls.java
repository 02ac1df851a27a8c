package io.sallyport.provisioner;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.pem.Pem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS for test clients. */
public final class TestTls {
    private TestTls() {}

    /** Trusts this root, shows no certificate. */
    public static SSLContext trusting(Path root) throws IOException {
        return context(root, null);
    }

    /** Trusts this root, and shows this chain. */
    public static SSLContext showing(Path root, PrivateKey key, List<X509Certificate> chain)
            throws IOException {
        try {
            KeyStore store = empty();
            store.setKeyEntry("own", key, new char[0], chain.toArray(X509Certificate[]::new));
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return context(root, factory.getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(Path root, @Nullable KeyManager[] keys) throws IOException {
        try {
            KeyStore store = empty();
            store.setCertificateEntry("root", Pem.certificates(Files.readString(root)).getFirst());
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
