package io.sallyport.node;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** A root that issues to whoever asks. */
public final class TestPki {
    private static final X500Name ISSUER = new X500Name("CN=test root");
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2099-01-01T00:00:00Z");

    private final KeyPair key = newKey();
    private final X509Certificate root = certificate(ISSUER, key.getPublic(), true, FROM, TO);

    public static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate root() {
        return root;
    }

    /** A certificate for localhost and 127.0.0.1. */
    public X509Certificate issue(PublicKey publicKey) {
        return issue(publicKey, FROM, TO);
    }

    /** The same with this validity. */
    public X509Certificate issue(PublicKey publicKey, Instant from, Instant to) {
        return certificate(new X500Name("CN=localhost"), publicKey, false, from, to);
    }

    /** A certificate for the key of a PKCS#10 request in PEM. */
    public X509Certificate answer(String requestPem) {
        try {
            SubjectPublicKeyInfo info =
                    new PKCS10CertificationRequest(der(requestPem)).getSubjectPublicKeyInfo();
            return issue(
                    KeyFactory.getInstance("EC")
                            .generatePublic(new X509EncodedKeySpec(info.getEncoded())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                    .formatted(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder()
                .decode(
                        pem.replaceAll("-----[A-Z ]+-----", "")
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private X509Certificate certificate(
            X500Name subject, PublicKey publicKey, boolean authority, Instant from, Instant to) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            ISSUER,
                            BigInteger.valueOf(System.nanoTime()),
                            Date.from(from),
                            Date.from(to),
                            subject,
                            publicKey);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                new GeneralName[] {
                                    new GeneralName(GeneralName.dNSName, "localhost"),
                                    new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                                }));
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
}
