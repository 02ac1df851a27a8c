package io.sallyport.pki.authority;

import io.sallyport.pki.key.KeyAlgorithm;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Where the root's key is kept: in an encrypted file or in a token. A key made in a token never
 * leaves it. All methods block.
 */
public abstract sealed class RootCustody permits FileCustody, TokenCustody {

    RootCustody() {}

    /** What it is, for the transcript; no secret. */
    public abstract String description();

    /**
     * The certificate of the root that is kept here, if there is one.
     *
     * @throws IOException when it cannot be told
     */
    public abstract Optional<X509Certificate> kept() throws IOException;

    /** A new key, which is not kept yet. */
    abstract SigningKey generate(KeyAlgorithm algorithm) throws IOException;

    /** Keeps a key that was generated here, with its certificate; both or nothing. */
    abstract void keep(SigningKey key, X509Certificate certificate) throws IOException;

    /** The key of that certificate. */
    abstract SigningKey open(X509Certificate certificate) throws IOException;
}
