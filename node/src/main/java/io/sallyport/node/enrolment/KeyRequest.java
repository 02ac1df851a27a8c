package io.sallyport.node.enrolment;

import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * A private key of this node and the PKCS#10 request for it.
 *
 * @param privateKey EC P-256
 * @param requestPem the request; its subject is empty, because the node's names are the
 *     provisioner's to give
 */
public record KeyRequest(PrivateKey privateKey, String requestPem) {
    private static final String KEY_LABEL = "PRIVATE KEY";
    private static final String SEALED_LABEL = "SEALED PRIVATE KEY";
    private static final String REQUEST_LABEL = "CERTIFICATE REQUEST";

    /**
     * The stored pair of this name, or a new one (EC P-256) that is stored before this returns.
     *
     * <p>The key is stored first. A key without its request was never shown to anybody, and is made
     * anew.
     */
    public static KeyRequest storedOrNew(StateDirectory state, KeySeal seal, String name)
            throws IOException {
        Optional<byte[]> key = state.read(name + ".key");
        Optional<byte[]> request = state.read(name + ".csr");
        if (key.isPresent() && request.isPresent()) {
            return new KeyRequest(key(text(key.get()), seal), text(request.get()));
        }
        KeyRequest made = make();
        state.store(name + ".key", octets(sealed(made.privateKey, seal)));
        state.store(name + ".csr", octets(made.requestPem));
        return made;
    }

    /** A new pair, stored nowhere. */
    static KeyRequest made() {
        return make();
    }

    /** A pair read back. */
    static KeyRequest of(String key, KeySeal seal, String requestPem) throws IOException {
        return new KeyRequest(key(key, seal), requestPem);
    }

    /** The private key as a file holds it. */
    static String sealed(PrivateKey key, KeySeal seal) throws IOException {
        byte[] clear = key.getEncoded();
        try {
            return Pem.encode(SEALED_LABEL, seal.seal(clear));
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /** Whether a file holds it in clear, as earlier versions wrote it. */
    static boolean isClear(String key) {
        return key.startsWith("-----BEGIN " + KEY_LABEL);
    }

    /**
     * Reads a private key back, sealed or in clear.
     *
     * @throws IOException if the seal does not open it, or it is damaged
     */
    public static PrivateKey key(String text, KeySeal seal) throws IOException {
        byte[] der;
        try {
            der =
                    isClear(text)
                            ? Pem.decode(KEY_LABEL, text)
                            : seal.open(Pem.decode(SEALED_LABEL, text));
        } catch (IllegalArgumentException e) {
            throw new IOException("a stored private key is damaged", e);
        }
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IOException("a stored private key is damaged", e);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /**
     * Sees to it that a certificate is one for this key.
     *
     * @param certificatePem the certificate, and its chain if there is one
     * @throws IOException if it is not
     */
    void require(String certificatePem) throws IOException {
        try {
            if (!isFor(ProvisionerTls.certificates(certificatePem).getFirst().getPublicKey())) {
                throw new IOException("the provisioner answered with another key's certificate");
            }
        } catch (CertificateException e) {
            throw new IOException(
                    "the provisioner answered with a malformed certificate: " + e.getMessage(), e);
        }
    }

    /** Whether a certificate for this public key is one for this key. */
    private boolean isFor(PublicKey publicKey) throws IOException {
        byte[] mine =
                new PKCS10CertificationRequest(Pem.decode(REQUEST_LABEL, requestPem))
                        .getSubjectPublicKeyInfo()
                        .getEncoded();
        return Arrays.equals(mine, publicKey.getEncoded());
    }

    private static KeyRequest make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] request =
                    new JcaPKCS10CertificationRequestBuilder(new X500Name(""), pair.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(pair.getPrivate()))
                            .getEncoded();
            return new KeyRequest(pair.getPrivate(), Pem.encode(REQUEST_LABEL, request));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this JDK makes no EC P-256 key", e);
        }
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "KeyRequest[privateKey=(kept secret), requestPem=%s]".formatted(requestPem);
    }
}
