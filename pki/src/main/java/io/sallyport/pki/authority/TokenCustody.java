package io.sallyport.pki.authority;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Token;
import io.sallyport.pki.profile.AuthorityProfile;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;

/**
 * The root's key in a PKCS#11 token. The key is made there, sensitive and not extractable, and
 * signs there. The token has to know ECDSA with P-384, or RSA.
 */
public final class TokenCustody extends RootCustody {

    private static final String ALIAS = "sallyport-" + AuthorityProfile.ROOT.name();

    private final Token token;

    /**
     * Keeps the key in that token.
     *
     * @param token logged in to
     */
    public TokenCustody(Token token) {
        super();
        this.token = token;
    }

    @Override
    public String description() {
        return token.description();
    }

    @Override
    public Optional<X509Certificate> kept() throws IOException {
        try {
            return Optional.ofNullable((X509Certificate) token.store().getCertificate(ALIAS));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(token.description() + ": cannot be read", e);
        }
    }

    @Override
    SigningKey generate(KeyAlgorithm algorithm) throws IOException {
        try {
            KeyPairGenerator generator =
                    KeyPairGenerator.getInstance(family(algorithm), token.provider());
            generator.initialize(parameters(algorithm));
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(
                    pair.getPrivate(), pair.getPublic(), Optional.of(token.provider()));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(
                    token.description() + ": makes no key of kind " + algorithm.description(), e);
        }
    }

    @Override
    void keep(SigningKey key, X509Certificate certificate) throws IOException {
        try {
            if (token.store().containsAlias(ALIAS)) {
                throw new IOException(token.description() + ": keeps a root already");
            }
            token.store()
                    .setKeyEntry(ALIAS, key.privateKey(), null, new Certificate[] {certificate});
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(token.description() + ": does not keep the key", e);
        }
    }

    @Override
    SigningKey open(X509Certificate certificate) throws IOException {
        try {
            Key key = token.store().getKey(ALIAS, null);
            if (!(key instanceof PrivateKey privateKey)) {
                throw new IOException(token.description() + ": keeps no root");
            }
            return new SigningKey(
                    privateKey, certificate.getPublicKey(), Optional.of(token.provider()));
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(token.description() + ": cannot be read", e);
        }
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
