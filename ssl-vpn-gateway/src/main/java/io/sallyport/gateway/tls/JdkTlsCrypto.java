package io.sallyport.gateway.tls;

import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.bouncycastle.tls.crypto.TlsKemDomain;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;

/**
 * The JDK's algorithms for one handshake of BouncyCastle's, which is never registered as a
 * provider. Keeps the cipher of the handshake, because BouncyCastle lets nobody else see it.
 * Belongs to the thread of the handshake.
 */
final class JdkTlsCrypto extends JcaTlsCrypto {

    /**
     * The hybrid group of the two that we do first (draft-ietf-tls-ecdhe-mlkem), then its parts.
     */
    static final List<Integer> GROUPS =
            List.of(
                    NamedGroup.X25519MLKEM768,
                    NamedGroup.x25519,
                    NamedGroup.secp256r1,
                    NamedGroup.secp384r1);

    private static final String PSS = "RSASSA-PSS";

    private HandshakeCipher cipher;

    JdkTlsCrypto(SecureRandom random) {
        super(new DefaultJcaJceHelper(), random, random);
    }

    /** The cipher in force, when the handshake is over. */
    HandshakeCipher cipher() {
        return cipher;
    }

    @Override
    public TlsCipher createCipher(
            TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        // TLS 1.3 asks twice: for the handshake's keys and for those of the data.
        cipher =
                switch (encryptionAlgorithm) {
                    case EncryptionAlgorithm.AES_128_GCM -> new HandshakeCipher(parameters, 16);
                    case EncryptionAlgorithm.AES_256_GCM -> new HandshakeCipher(parameters, 32);
                    default -> throw new TlsFatalAlert(AlertDescription.internal_error);
                };
        return cipher;
    }

    // Asked of every client's groups in every handshake; the general answer searches providers.
    @Override
    public boolean hasNamedGroup(int namedGroup) {
        return namedGroup == NamedGroup.MLKEM768 || GROUPS.contains(namedGroup);
    }

    @Override
    public boolean hasEncryptionAlgorithm(int encryptionAlgorithm) {
        return encryptionAlgorithm == EncryptionAlgorithm.AES_128_GCM
                || encryptionAlgorithm == EncryptionAlgorithm.AES_256_GCM;
    }

    @Override
    public TlsKemDomain createKemDomain(TlsKemConfig config) {
        if (config.getNamedGroup() != NamedGroup.MLKEM768) {
            throw new IllegalArgumentException("no KEM " + config.getNamedGroup());
        }
        return () -> new MlKemAgreement(this, config.isServer());
    }

    // BouncyCastle asks for "SHA256withRSAandMGF1", which the JDK knows as RSASSA-PSS with
    // parameters.

    @Override
    protected TlsStreamSigner createStreamSigner(
            JcaJceHelper helper,
            String algorithm,
            AlgorithmParameterSpec parameter,
            PrivateKey key,
            SecureRandom random)
            throws GeneralSecurityException {
        return super.createStreamSigner(helper, jdkName(algorithm), parameter, key, random);
    }

    @Override
    protected TlsStreamVerifier createStreamVerifier(
            String algorithm, AlgorithmParameterSpec parameter, byte[] signature, PublicKey key)
            throws IOException {
        return super.createStreamVerifier(jdkName(algorithm), parameter, signature, key);
    }

    @Override
    protected Tls13Verifier createTls13Verifier(
            String algorithm, AlgorithmParameterSpec parameter, PublicKey key) throws IOException {
        return super.createTls13Verifier(jdkName(algorithm), parameter, key);
    }

    private static String jdkName(String algorithm) {
        return algorithm.regionMatches(
                        true, algorithm.length() - "ANDMGF1".length(), "ANDMGF1", 0, 7)
                ? PSS
                : algorithm;
    }
}
