package io.sallyport.pki.authority;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * The root's key in a PKCS#11 token, through the JDK's SunPKCS11. The key is made there, sensitive
 * and not extractable, and signs there. The token has to know ECDSA with P-384, or RSA.
 */
public final class TokenCustody extends RootCustody {

    private static final String ALIAS = "sallyport-" + AuthorityProfile.ROOT.name();

    private final Provider provider;
    private final KeyStore store;
    private final String description;

    /**
     * Logs in to a token.
     *
     * @param library the token's PKCS#11 library, an absolute path
     * @param slot the number of its slot, as its own tool lists it
     * @param pin of the token's user; stays the caller's
     * @throws IOException when there is no such token or the PIN is wrong; three wrong ones lock
     *     many tokens
     */
    public TokenCustody(Path library, long slot, Passphrase pin) throws IOException {
        super();
        description = "PKCS#11 token in slot %d of %s".formatted(slot, library);
        char[] characters = pin.characters();
        try {
            provider = Security.getProvider("SunPKCS11").configure(configuration(library, slot));
            store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, characters);
        } catch (InvalidParameterException
                | ProviderException
                | GeneralSecurityException
                | IOException e) { // the last for a wrong PIN
            throw new IOException(description + ": cannot be opened", e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Optional<X509Certificate> kept() throws IOException {
        try {
            return Optional.ofNullable((X509Certificate) store.getCertificate(ALIAS));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(description + ": cannot be read", e);
        }
    }

    @Override
    SigningKey generate(KeyAlgorithm algorithm) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family(algorithm), provider);
            generator.initialize(parameters(algorithm));
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(pair.getPrivate(), pair.getPublic(), Optional.of(provider));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(
                    description + ": makes no key of kind " + algorithm.description(), e);
        }
    }

    @Override
    void keep(SigningKey key, X509Certificate certificate) throws IOException {
        try {
            if (store.containsAlias(ALIAS)) {
                throw new IOException(description + ": keeps a root already");
            }
            store.setKeyEntry(ALIAS, key.privateKey(), null, new Certificate[] {certificate});
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(description + ": does not keep the key", e);
        }
    }

    @Override
    SigningKey open(X509Certificate certificate) throws IOException {
        try {
            Key key = store.getKey(ALIAS, null);
            if (!(key instanceof PrivateKey privateKey)) {
                throw new IOException(description + ": keeps no root");
            }
            return new SigningKey(privateKey, certificate.getPublicKey(), Optional.of(provider));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(description + ": cannot be read", e);
        }
    }

    /**
     * As the JDK's PKCS#11 Reference Guide has it; inline configurations begin with two hyphens.
     */
    private static String configuration(Path library, long slot) {
        return """
        --name = sallyport-%d
        library = "%s"
        slot = %d
        attributes(generate, CKO_PRIVATE_KEY, *) = {
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_SIGN = true
        }
        """
                .formatted(slot, library, slot);
    }

    private static String family(KeyAlgorithm algorithm) {
        return algorithm == KeyAlgorithm.RSA ? "RSA" : "EC";
    }

    private static AlgorithmParameterSpec parameters(KeyAlgorithm algorithm) throws IOException {
        return switch (algorithm) {
            case EC_P256 -> new ECGenParameterSpec("secp256r1");
            case EC_P384 -> new ECGenParameterSpec("secp384r1");
            case RSA -> new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4);
            case ED25519, ML_DSA_65 ->
                    throw new IOException("no key of kind %s in a token".formatted(algorithm));
        };
    }
}
