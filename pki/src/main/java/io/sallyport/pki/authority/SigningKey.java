package io.sallyport.pki.authority;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Objects;

/**
 * An authority's key pair and how it signs: ECDSA with the digest that fits the curve (RFC 5758
 * section 3.2).
 */
final class SigningKey {

    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final String algorithm;
    private final AlgorithmIdentifier identifier;

    SigningKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = Objects.requireNonNull(publicKey);
        int bits =
                publicKey instanceof ECPublicKey ec
                        ? ec.getParams().getCurve().getField().getFieldSize()
                        : 0;
        switch (bits) {
            case 256 -> {
                algorithm = "SHA256withECDSA";
                identifier = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
            }
            case 384 -> {
                algorithm = "SHA384withECDSA";
                identifier = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384);
            }
            default ->
                    throw new IllegalArgumentException("an authority's key is EC P-256 or P-384");
        }
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    AlgorithmIdentifier identifier() {
        return identifier;
    }

    /**
     * The signed structure: what is signed, the algorithm and the signature, as certificates and
     * CRLs have it.
     */
    byte[] sign(ASN1Encodable toBeSigned, SecureRandom random) {
        try {
            byte[] signature =
                    sign(toBeSigned.toASN1Primitive().getEncoded(ASN1Encoding.DER), random);
            ASN1EncodableVector parts = new ASN1EncodableVector();
            parts.add(toBeSigned);
            parts.add(identifier);
            parts.add(new DERBitString(signature));
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
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private byte[] sign(byte[] octets, SecureRandom random) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(privateKey, random);
        signer.update(octets);
        return signer.sign();
    }

    @Override
    public String toString() {
        return "SigningKey[hidden]";
    }
}
