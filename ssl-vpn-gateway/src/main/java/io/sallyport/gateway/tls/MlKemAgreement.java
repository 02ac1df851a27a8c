package io.sallyport.gateway.tls;

import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSecret;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.KEM;

/**
 * One run of ML-KEM-768 (FIPS 203) on the JDK's own {@link KEM}. BouncyCastle's agreement knows
 * only the interfaces of its own provider.
 */
final class MlKemAgreement implements TlsAgreement {

    private static final String NAME = "ML-KEM-768";

    /** SubjectPublicKeyInfo up to the key itself (RFC 9935). */
    private static final byte[] PREFIX =
            HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    private static final int PUBLIC_KEY_LENGTH = 1184;

    private final TlsCrypto crypto;
    private final SecureRandom random;
    private final boolean server;
    private KeyPair own;
    private byte[] encapsulation;
    private byte[] shared;

    MlKemAgreement(TlsCrypto crypto, boolean server) {
        this.crypto = crypto;
        this.random = crypto.getSecureRandom();
        this.server = server;
    }

    /** The client's public key, or the server's ciphertext; the server has the client's by then. */
    @Override
    public byte[] generateEphemeral() throws IOException {
        if (server) {
            return encapsulation;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME);
            own = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
        byte[] encoded = own.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, PREFIX.length, encoded.length);
    }

    @Override
    public void receivePeerValue(byte[] peerValue) throws IOException {
        try {
            if (server) {
                encapsulate(peerValue);
            } else {
                shared =
                        KEM.getInstance(NAME)
                                .newDecapsulator(own.getPrivate())
                                .decapsulate(peerValue)
                                .getEncoded();
            }
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        }
    }

    private void encapsulate(byte[] clientKey) throws IOException, GeneralSecurityException {
        if (clientKey.length != PUBLIC_KEY_LENGTH) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter);
        }
        byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + PUBLIC_KEY_LENGTH);
        System.arraycopy(clientKey, 0, encoded, PREFIX.length, PUBLIC_KEY_LENGTH);
        var key = KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
        KEM.Encapsulated result = KEM.getInstance(NAME).newEncapsulator(key, random).encapsulate();
        encapsulation = result.encapsulation();
        shared = result.key().getEncoded();
    }

    @Override
    public TlsSecret calculateSecret() {
        TlsSecret secret = crypto.createSecret(shared);
        shared = null;
        return secret;
    }
}
