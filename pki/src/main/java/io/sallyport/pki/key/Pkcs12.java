package io.sallyport.pki.key;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/**
 * A key made here together with its certificate chain, for a device: PKCS#12 (RFC 7292) as OpenSSL
 * 3, strongSwan and current systems read it: PBES2 with AES-256 and PBKDF2-HMAC-SHA256 (RFC 8018),
 * integrity by HMAC-SHA256.
 */
public final class Pkcs12 {

    private final byte[] octets;
    private final Passphrase passphrase;

    private Pkcs12(byte[] octets, Passphrase passphrase) {
        this.octets = octets;
        this.passphrase = passphrase;
    }

    /** The file, read-only. */
    public ByteBuffer octets() {
        return ByteBuffer.wrap(octets).asReadOnlyBuffer();
    }

    /** Opens the file; made at random, to be handed over once, and by another way than the file. */
    public Passphrase passphrase() {
        return passphrase;
    }

    /**
     * Seals key and chain under a new passphrase.
     *
     * @param friendlyName how the device lists the key; lower case, as key stores compare it
     *     without case
     * @param chain the key's certificate first, then its issuer, up to and including the root if
     *     the device shall learn it
     * @throws IllegalArgumentException when the first certificate is not this key's
     */
    public static Pkcs12 seal(
            GeneratedKey key,
            List<X509Certificate> chain,
            String friendlyName,
            SecureRandom random) {
        if (chain.isEmpty() || !chain.getFirst().getPublicKey().equals(key.publicKey())) {
            throw new IllegalArgumentException(
                    "the chain does not begin with the key's certificate");
        }
        Passphrase passphrase = Passphrase.random(random);
        char[] characters = passphrase.characters();
        // The JDK's defaults (keystore.pkcs12.* in java.security, since 16) are the algorithms
        // above.
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    friendlyName, key.privateKey(), characters, chain.toArray(Certificate[]::new));
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            store.store(octets, characters);
            return new Pkcs12(octets.toByteArray(), passphrase);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot write PKCS#12", e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public String toString() {
        return "Pkcs12[hidden]";
    }
}
