package io.sallyport.node.enrolment;

import io.sallyport.node.provisioner.ProvisionerTls;
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
    private static final String REQUEST_LABEL = "CERTIFICATE REQUEST";

    /**
     * The stored pair of this name, or a new one (EC P-256) that is stored before this returns.
     *
     * <p>The key is stored first. A key without its request was never shown to anybody, and is made
     * anew.
     */
    public static KeyRequest storedOrNew(StateDirectory state, String name) throws IOException {
        Optional<byte[]> key = state.read(name + ".key");
        Optional<byte[]> request = state.read(name + ".csr");
        if (key.isPresent() && request.isPresent()) {
            return new KeyRequest(parse(key.get()), text(request.get()));
        }
        KeyRequest made = make();
        state.store(name + ".key", octets(Pem.encode(KEY_LABEL, made.privateKey.getEncoded())));
        state.store(name + ".csr", octets(made.requestPem));
        return made;
    }

    /** A new pair, stored nowhere. */
    static KeyRequest made() {
        return make();
    }

    /** A pair read back. */
    static KeyRequest of(String keyPem, String requestPem) throws IOException {
        return new KeyRequest(key(keyPem), requestPem);
    }

    /** The private key as a file holds it. */
    static String keyPem(PrivateKey key) {
        return Pem.encode(KEY_LABEL, key.getEncoded());
    }

    /** Reads a private key back. */
    static PrivateKey key(String keyPem) throws IOException {
        return parse(octets(keyPem));
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

    private static PrivateKey parse(byte[] pem) throws IOException {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(KEY_LABEL, text(pem))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("a stored private key is damaged", e);
        }
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
