package io.sallyport.gateway.tls;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A certificate authority for tests. The time of its certificates is around {@link #NOW}. */
public final class TestAuthority {

    public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {}

    /** The kinds of keys that the gateway serves with. */
    public enum Kind {
        EC_P256("SHA256withECDSA"),
        EC_P384("SHA384withECDSA"),
        RSA_2048("SHA256withRSA");

        private final String signature;

        Kind(String signature) {
            this.signature = signature;
        }

        KeyPair keys() throws Exception {
            KeyPairGenerator generator =
                    KeyPairGenerator.getInstance(this == RSA_2048 ? "RSA" : "EC");
            switch (this) {
                case EC_P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case EC_P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
                case RSA_2048 -> generator.initialize(2048);
            }
            return generator.generateKeyPair();
        }
    }

    private static final AtomicLong SERIAL = new AtomicLong(1000);

    private final X500Name name;
    private final Kind kind;
    private final KeyPair keys;
    private final X509Certificate certificate;

    public TestAuthority(String name, Kind kind) throws Exception {
        this.name = new X500Name("CN=" + name);
        this.kind = kind;
        this.keys = kind.keys();
        var builder = builder(this.name, keys, NOW.minus(Duration.ofDays(30)), 365);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        this.certificate = sign(builder);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A server certificate for localhost. */
    public Issued server(Kind of) throws Exception {
        KeyPair pair = of.keys();
        var builder =
                builder(new X500Name("CN=localhost"), pair, NOW.minus(Duration.ofDays(1)), 90);
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        return new Issued(sign(builder), pair.getPrivate());
    }

    /** A client certificate that is valid for ten days. */
    public Issued client(Kind of, Instant notBefore, KeyPurposeId purpose) throws Exception {
        KeyPair pair = of.keys();
        var builder = builder(new X500Name("CN=alice"), pair, notBefore, 10);
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        return new Issued(sign(builder), pair.getPrivate());
    }

    /** A client certificate as it should be. */
    public Issued client(Kind of) throws Exception {
        return client(of, NOW.minus(Duration.ofDays(1)), KeyPurposeId.id_kp_clientAuth);
    }

    public X509CRL crl(X509Certificate... revoked) throws Exception {
        var builder = new X509v2CRLBuilder(name, Date.from(NOW.minus(Duration.ofHours(1))));
        builder.setNextUpdate(Date.from(NOW.plus(Duration.ofDays(1))));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
        for (X509Certificate one : revoked) {
            builder.addCRLEntry(
                    one.getSerialNumber(),
                    Date.from(NOW.minus(Duration.ofHours(2))),
                    CRLReason.keyCompromise);
        }
        var signer = new JcaContentSignerBuilder(kind.signature).build(keys.getPrivate());
        return (X509CRL)
                CertificateFactory.getInstance("X.509")
                        .generateCRL(new ByteArrayInputStream(builder.build(signer).getEncoded()));
    }

    /** An OCSP response that says good. */
    public byte[] staple(X509Certificate about) throws Exception {
        var digests = new JcaDigestCalculatorProviderBuilder().build();
        var builder = new JcaBasicOCSPRespBuilder(keys.getPublic(), digests.get(RespID.HASH_SHA1));
        builder.addResponse(
                new CertificateID(
                        digests.get(CertificateID.HASH_SHA1),
                        new JcaX509CertificateHolder(certificate),
                        about.getSerialNumber()),
                CertificateStatus.GOOD,
                Date.from(NOW),
                Date.from(NOW.plus(Duration.ofDays(7))));
        var signer = new JcaContentSignerBuilder(kind.signature).build(keys.getPrivate());
        return new OCSPRespBuilder()
                .build(OCSPRespBuilder.SUCCESSFUL, builder.build(signer, null, Date.from(NOW)))
                .getEncoded();
    }

    /** Credentials of a gateway that asks nobody for a certificate. */
    public TlsCredentials credentials(Kind of) throws Exception {
        Issued issued = server(of);
        return new TlsCredentials(
                List.of(issued.certificate()),
                issued.key(),
                Optional.of(staple(issued.certificate())),
                List.of(),
                List.of());
    }

    /** Credentials of a gateway that asks clients for certificates of this authority. */
    public TlsCredentials credentialsAskingClients(Kind of, X509Certificate... revoked)
            throws Exception {
        TlsCredentials plain = credentials(of);
        return new TlsCredentials(
                plain.chain(),
                plain.key(),
                plain.ocspStaple(),
                List.of(certificate),
                new ArrayList<>(List.of(crl(revoked))));
    }

    private X509v3CertificateBuilder builder(
            X500Name subject, KeyPair pair, Instant notBefore, int days) {
        return new X509v3CertificateBuilder(
                name,
                BigInteger.valueOf(SERIAL.incrementAndGet()),
                Date.from(notBefore),
                Date.from(notBefore.plus(Duration.ofDays(days))),
                subject,
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) throws Exception {
        var signer = new JcaContentSignerBuilder(kind.signature).build(keys.getPrivate());
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(builder.build(signer).getEncoded()));
    }
}
