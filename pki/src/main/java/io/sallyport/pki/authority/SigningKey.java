package io.sallyport.pki.authority;

import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.SignatureScheme;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;

/** An authority's key pair and how it signs, in this process or in a token. */
final class SigningKey {

    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final SignatureScheme scheme;
    private final Optional<Provider> token;

    SigningKey(PrivateKey privateKey, PublicKey publicKey) {
        this(privateKey, publicKey, Optional.empty());
    }

    /**
     * A key pair.
     *
     * @param token where the private half is and stays; empty for a key in memory
     */
    SigningKey(PrivateKey privateKey, PublicKey publicKey, Optional<Provider> token) {
        this.privateKey = privateKey;
        this.publicKey = Objects.requireNonNull(publicKey);
        this.scheme = SignatureScheme.of(AcceptedKey.of(publicKey.getEncoded()).algorithm());
        this.token = token;
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    AlgorithmIdentifier identifier() {
        return scheme.identifier();
    }

    /**
     * The signed structure: what is signed, the algorithm and the signature, as certificates and
     * CRLs have it.
     */
    byte[] sign(ASN1Encodable toBeSigned, SecureRandom random) {
        return sign(toBeSigned, Optional.empty(), random);
    }

    /**
     * The same as an OCSP response has it, which can bring the certificate to verify it with (RFC
     * 6960 section 4.2.1).
     */
    byte[] sign(
            ASN1Encodable toBeSigned, Optional<X509Certificate> certificate, SecureRandom random) {
        try {
            byte[] signature =
                    sign(toBeSigned.toASN1Primitive().getEncoded(ASN1Encoding.DER), random);
            ASN1EncodableVector parts = new ASN1EncodableVector();
            parts.add(toBeSigned);
            parts.add(scheme.identifier());
            parts.add(new DERBitString(signature));
            if (certificate.isPresent()) {
                var own = Certificate.getInstance(certificate.get().getEncoded());
                parts.add(new DERTaggedObject(true, 0, new DERSequence(own)));
            }
            return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's key does not sign", e);
        }
    }

    /**
     * Whether the private half belongs to the public half: signs a few octets and verifies them.
     */
    boolean matches(SecureRandom random) {
        byte[] probe = new byte[32];
        random.nextBytes(probe);
        try {
            byte[] signature = sign(probe, random);
            Signature verifier = Signature.getInstance(scheme.jcaName());
            verifier.initVerify(publicKey);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private byte[] sign(byte[] octets, SecureRandom random) throws GeneralSecurityException {
        Signature signer =
                token.isPresent()
                        ? Signature.getInstance(scheme.jcaName(), token.get())
                        : Signature.getInstance(scheme.jcaName());
        signer.initSign(privateKey, random);
        signer.update(octets);
        return signer.sign();
    }

    @Override
    public String toString() {
        return "SigningKey[hidden]";
    }
}
