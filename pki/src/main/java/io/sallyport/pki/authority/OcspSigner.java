package io.sallyport.pki.authority;

import io.sallyport.pki.revocation.CertificateId;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who signs OCSP responses for an authority: the authority itself, or a responder that it certified
 * for that alone (RFC 6960 section 2.6), so that the authority's key need not be where strangers
 * ask. Immutable; any thread.
 */
public final class OcspSigner {

    private final X509Certificate issuer;
    private final Optional<X509Certificate> delegate;
    private final SigningKey key;
    private final SecureRandom random;
    private final ByteBuffer keyHash;
    private final List<CertificateId> issuerNames;

    OcspSigner(
            X509Certificate issuer,
            Optional<X509Certificate> delegate,
            SigningKey key,
            SecureRandom random) {
        this.issuer = issuer;
        this.delegate = delegate;
        this.key = key;
        this.random = random;
        this.keyHash =
                CertificateId.of(CertificateId.Hash.SHA1, delegate.orElse(issuer), BigInteger.ONE)
                        .issuerKeyHash();
        this.issuerNames =
                Arrays.stream(CertificateId.Hash.values())
                        .map(hash -> CertificateId.of(hash, issuer, BigInteger.ONE))
                        .toList();
    }

    /** The authority of whose certificates it speaks. */
    public X509Certificate issuer() {
        return issuer;
    }

    /** Whether a request names a certificate of that authority. */
    boolean speaksOf(CertificateId id) {
        return issuerNames.stream().anyMatch(id::sameIssuer);
    }

    /** Responses are good for nobody after this; a new signer has to be there well before. */
    public Instant validUntil() {
        return delegate.orElse(issuer).getNotAfter().toInstant();
    }

    /** A signed response, in DER. */
    byte[] sign(Instant producedAt, List<OcspEncoding.Single> answers, Optional<ByteBuffer> nonce) {
        return OcspEncoding.response(
                key.sign(
                        OcspEncoding.responseData(keyHash, producedAt, answers, nonce),
                        delegate,
                        random));
    }

    @Override
    public String toString() {
        return "OcspSigner[%s]".formatted(delegate.orElse(issuer).getSubjectX500Principal());
    }
}
