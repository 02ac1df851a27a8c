package io.sallyport.gateway.tls;

import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.Vector;

/**
 * The gateway's own side of {@link io.sallyport.gateway.tls.TlsCredentials} in BouncyCastle's
 * types, made once for all handshakes. Immutable.
 */
// BouncyCastle's interfaces are older than List and Map.
@SuppressWarnings("JdkObsolete")
final class ServerIdentity {

    private static final int[] SUITES_EC = {
        CipherSuite.TLS_AES_256_GCM_SHA384,
        CipherSuite.TLS_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    };
    private static final int[] SUITES_RSA = {
        CipherSuite.TLS_AES_256_GCM_SHA384,
        CipherSuite.TLS_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    };

    private final PrivateKey key;
    private final int[] suites;
    private final List<Integer> schemes13;
    private final List<Integer> schemes12;
    private final Certificate chain;
    private final Certificate chain13;
    private final Certificate chain13Stapled;
    private final Optional<CertificateStatus> staple;
    private final Vector<X500Name> clientAuthorities = new Vector<>();

    /**
     * @throws IllegalArgumentException if the key is of no kind that we serve with, or something is
     *     malformed
     */
    ServerIdentity(io.sallyport.gateway.tls.TlsCredentials credentials, SecureRandom random) {
        key = credentials.key();
        switch (credentials.chain().getFirst().getPublicKey()) {
            case ECPublicKey ec -> {
                // In TLS 1.3 the scheme names the curve (RFC 8446 section 4.2.3).
                int scheme =
                        switch (ec.getParams().getOrder().bitLength()) {
                            case 256 -> SignatureScheme.ecdsa_secp256r1_sha256;
                            case 384 -> SignatureScheme.ecdsa_secp384r1_sha384;
                            default ->
                                    throw new IllegalArgumentException(
                                            "the key is neither on P-256 nor on P-384");
                        };
                suites = SUITES_EC;
                schemes13 = List.of(scheme);
                schemes12 =
                        List.of(
                                SignatureScheme.ecdsa_secp256r1_sha256,
                                SignatureScheme.ecdsa_secp384r1_sha384);
            }
            case RSAPublicKey rsa -> {
                if (rsa.getModulus().bitLength() < 2048) {
                    throw new IllegalArgumentException("an RSA key of less than 2048 bits");
                }
                suites = SUITES_RSA;
                schemes13 =
                        List.of(
                                SignatureScheme.rsa_pss_rsae_sha256,
                                SignatureScheme.rsa_pss_rsae_sha384,
                                SignatureScheme.rsa_pss_rsae_sha512);
                schemes12 = new ArrayList<>(schemes13);
                schemes12.add(SignatureScheme.rsa_pkcs1_sha256);
                schemes12.add(SignatureScheme.rsa_pkcs1_sha384);
            }
            default -> throw new IllegalArgumentException("the key is neither EC nor RSA");
        }
        try {
            staple = credentials.ocspStaple().map(ServerIdentity::status);
            TlsCertificate[] certificates = certificates(credentials.chain(), random);
            chain = new Certificate(certificates);
            chain13 = entries(certificates, new Hashtable<>());
            Hashtable<Integer, byte[]> extensions = new Hashtable<>();
            if (staple.isPresent()) {
                var encoded = new ByteArrayOutputStream();
                staple.get().encode(encoded);
                extensions.put(TlsExtensionsUtils.EXT_status_request, encoded.toByteArray());
            }
            chain13Stapled = entries(certificates, extensions);
        } catch (IOException | CertificateEncodingException e) {
            throw new IllegalArgumentException("the gateway's certificate cannot be used", e);
        }
        for (X509Certificate authority : credentials.clientAuthorities()) {
            clientAuthorities.add(
                    X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()));
        }
    }

    private static CertificateStatus status(byte[] der) {
        return new CertificateStatus(CertificateStatusType.ocsp, OCSPResponse.getInstance(der));
    }

    private static TlsCertificate[] certificates(List<X509Certificate> chain, SecureRandom random)
            throws IOException, CertificateEncodingException {
        var crypto = new JdkTlsCrypto(random);
        var certificates = new TlsCertificate[chain.size()];
        for (int i = 0; i < certificates.length; i++) {
            certificates[i] = crypto.createCertificate(chain.get(i).getEncoded());
        }
        return certificates;
    }

    /** The extensions go with the first certificate (RFC 8446 section 4.4.2.1). */
    private static Certificate entries(
            TlsCertificate[] certificates, Hashtable<Integer, byte[]> extensions) {
        var entries = new CertificateEntry[certificates.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] =
                    new CertificateEntry(certificates[i], i == 0 ? extensions : new Hashtable<>());
        }
        return new Certificate(TlsUtils.EMPTY_BYTES, entries);
    }

    /** What the key can serve, best first. */
    int[] suites() {
        return suites.clone();
    }

    /** The staple, for TLS 1.2. */
    Optional<CertificateStatus> staple() {
        return staple;
    }

    /** The names of the issuers of client certificates; none if clients are not asked for one. */
    Vector<X500Name> clientAuthorities() {
        return clientAuthorities;
    }

    /**
     * The credentials for a handshake.
     *
     * @param offered the signature algorithms of the client; null in TLS 1.2 if it sent none
     * @throws TlsFatalAlert if the client knows no algorithm of the key
     */
    TlsCredentials credentials(
            JdkTlsCrypto crypto,
            TlsCryptoParameters parameters,
            boolean tls13,
            boolean stapled,
            Vector<?> offered)
            throws IOException {
        Certificate certificate = tls13 ? stapled ? chain13Stapled : chain13 : chain;
        for (int scheme : tls13 ? schemes13 : schemes12) {
            SignatureAndHashAlgorithm algorithm =
                    SignatureScheme.getSignatureAndHashAlgorithm(scheme);
            if (offered != null && offered.contains(algorithm)) {
                return new JcaDefaultTlsCredentialedSigner(
                        parameters, crypto, key, certificate, algorithm);
            }
        }
        throw new TlsFatalAlert(
                AlertDescription.handshake_failure, "no signature algorithm in common");
    }
}
