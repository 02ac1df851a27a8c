package io.sallyport.cli;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A root, and a server certificate that it issued. */
final class TestCertificates {
    private final String name;
    private final KeyPair key = newKey();
    private final X509Certificate root;

    TestCertificates(String name) {
        this.name = name;
        this.root = certificate(name, key.getPublic(), null);
    }

    String rootPem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                    .formatted(Base64.getMimeEncoder().encodeToString(root.getEncoded()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a server with a certificate for this DNS name uses. */
    SSLContext server(String dnsName) {
        try {
            KeyPair server = newKey();
            X509Certificate certificate =
                    certificate("server", server.getPublic(), new GeneralName(2, dnsName));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server",
                    server.getPrivate(),
                    new char[0],
                    new X509Certificate[] {certificate, root});
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), null, null);
            return tls;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(String subject, PublicKey publicKey, GeneralName server) {
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=" + name),
                            BigInteger.valueOf(publicKey.hashCode() & 0x7fffffffL)
                                    .add(BigInteger.ONE),
                            Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                            Date.from(Instant.parse("2100-01-01T00:00:00Z")),
                            new X500Name("CN=" + subject),
                            publicKey);
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(server == null));
            if (server != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(server));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
