package io.sallyport.cli.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates that an API's certificate must lead to; those that came with the system are not
 * asked.
 *
 * @param pem as they were given
 * @param certificates at least one
 */
public record TrustedRoots(String pem, List<X509Certificate> certificates) {
    /** Octets of the largest file accepted. */
    public static final int MAX_OCTETS = 256 * 1024;

    public TrustedRoots {
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads one or more certificates.
     *
     * @throws IllegalArgumentException if there is none, or something else among them
     */
    public static TrustedRoots parse(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            var octets = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(octets)) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("expected certificates in PEM", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("expected a certificate in PEM, found none");
        }
        return new TrustedRoots(pem, certificates);
    }

    /** SHA-256 of a certificate, as two hexadecimal digits for each octet and colons between. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":")
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read has octets", e);
        }
    }

    SSLContext tls() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (X509Certificate certificate : certificates) {
                trusted.setCertificateEntry(fingerprint(certificate), certificate);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK makes a TLS context", e);
        }
    }
}
