package io.sallyport.gateway.tls;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * Credentials of the kind that a gateway gets, for handshakes with ourselves where there is no
 * state to take them from. Made anew each time, and kept nowhere.
 */
public final class TrainingCredentials {
    private static final X500Name NAME = new X500Name("CN=training");
    private static final Duration LIFETIME = Duration.ofHours(1);

    private TrainingCredentials() {}

    /**
     * A key on P-256 and its own certificate.
     *
     * @throws GeneralSecurityException if the JDK lacks P-256 or ECDSA
     */
    // BouncyCastle's builder is older than java.time.
    @SuppressWarnings("JavaUtilDate")
    public static TlsCredentials make(Clock clock) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Instant now = clock.instant();
        try {
            X509Certificate certificate =
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    new JcaX509v3CertificateBuilder(
                                                    NAME,
                                                    BigInteger.ONE,
                                                    Date.from(now),
                                                    Date.from(now.plus(LIFETIME)),
                                                    NAME,
                                                    pair.getPublic())
                                            .addExtension(
                                                    Extension.subjectAlternativeName,
                                                    false,
                                                    new GeneralNames(
                                                            new GeneralName(
                                                                    GeneralName.iPAddress,
                                                                    "127.0.0.1")))
                                            .build(
                                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                                            .build(pair.getPrivate())));
            return new TlsCredentials(
                    List.of(certificate),
                    pair.getPrivate(),
                    Optional.empty(),
                    List.of(),
                    List.of());
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException("no certificate of our own", e);
        }
    }

    /** The certificate in PEM (RFC 7468). */
    public static String pem(TlsCredentials credentials) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(credentials.chain().getFirst().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
