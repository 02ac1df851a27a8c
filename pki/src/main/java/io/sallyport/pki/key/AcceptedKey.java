package io.sallyport.pki.key;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.X509EncodedKeySpec;

/**
 * A public key that is well formed and strong enough to be certified. There is none that was not
 * checked.
 */
public final class AcceptedKey {

    private static final int RSA_BITS_AT_LEAST = 3072;
    // Above this, a verification costs a peer more than any strength gained: a denial of service by
    // certificate.
    private static final int RSA_BITS_AT_MOST = 8192;
    // CA/Browser Forum Baseline Requirements 6.1.6, after NIST SP 800-89 5.3.3: 2^16 < e < 2^256,
    // odd, and no factor of the
    // modulus below 752.
    private static final int RSA_EXPONENT_BITS_AT_MOST = 256;
    private static final BigInteger RSA_EXPONENT_ABOVE = BigInteger.valueOf(65_536);
    private static final BigInteger SMALL_PRIMES = productOfPrimesBelow(752);

    private final PublicKey publicKey;
    private final KeyAlgorithm algorithm;

    private AcceptedKey(PublicKey publicKey, KeyAlgorithm algorithm) {
        this.publicKey = publicKey;
        this.algorithm = algorithm;
    }

    /**
     * Decodes and checks a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
     *
     * @param subjectPublicKeyInfo DER, already known to be of reasonable size
     * @throws UnacceptableKeyException when it is damaged, too weak or of a kind not accepted
     */
    public static AcceptedKey of(byte[] subjectPublicKeyInfo) {
        KeyAlgorithm algorithm = algorithm(subjectPublicKeyInfo);
        PublicKey key = decode(subjectPublicKeyInfo, algorithm);
        switch (key) {
            case RSAPublicKey rsa -> checkRsa(rsa);
            case ECPublicKey ec -> checkOnCurve(ec);
            // Ed25519 and ML-DSA have no weak parameters; RFC 8032 verification rejects what is no
            // point.
            default -> {}
        }
        return new AcceptedKey(key, algorithm);
    }

    /** The key, decoded by the JDK. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** Its kind. */
    public KeyAlgorithm algorithm() {
        return algorithm;
    }

    private static KeyAlgorithm algorithm(byte[] subjectPublicKeyInfo) {
        AlgorithmIdentifier identifier;
        try {
            identifier = SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo).getAlgorithm();
        } catch (RuntimeException e) { // the ASN.1 library declares no exception and throws many
            throw new UnacceptableKeyException("the public key cannot be decoded", e);
        }
        ASN1ObjectIdentifier oid = identifier.getAlgorithm();
        if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return KeyAlgorithm.RSA;
        }
        if (oid.equals(SignatureScheme.ED25519.identifier().getAlgorithm())) {
            return KeyAlgorithm.ED25519;
        }
        if (oid.equals(NISTObjectIdentifiers.id_ml_dsa_65)) {
            return KeyAlgorithm.ML_DSA_65;
        }
        if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return curve(identifier);
        }
        throw new UnacceptableKeyException(
                "keys of algorithm %s are not accepted; use EC P-256".formatted(oid));
    }

    private static KeyAlgorithm curve(AlgorithmIdentifier identifier) {
        // RFC 5480 section 2.1.1: only namedCurve; explicit parameters are how CVE-2020-0601 forged
        // certificates.
        if (!(identifier.getParameters() instanceof ASN1ObjectIdentifier curve)) {
            throw new UnacceptableKeyException(
                    "an EC key must name its curve; explicit curve parameters are not accepted");
        }
        if (curve.equals(SECObjectIdentifiers.secp256r1)) {
            return KeyAlgorithm.EC_P256;
        }
        if (curve.equals(SECObjectIdentifiers.secp384r1)) {
            return KeyAlgorithm.EC_P384;
        }
        String name = ECNamedCurveTable.getName(curve);
        throw new UnacceptableKeyException(
                "the curve %s is not accepted; use P-256 or P-384"
                        .formatted(name == null ? curve : name));
    }

    private static PublicKey decode(byte[] subjectPublicKeyInfo, KeyAlgorithm algorithm) {
        String family =
                switch (algorithm) {
                    case EC_P256, EC_P384 -> "EC";
                    case RSA -> "RSA";
                    case ED25519 -> "Ed25519";
                    case ML_DSA_65 -> "ML-DSA-65";
                };
        try {
            return KeyFactory.getInstance(family)
                    .generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
        } catch (GeneralSecurityException | RuntimeException e) {
            // A modulus of a few bits, for one, is refused by the JDK with an exception of its own.
            throw new UnacceptableKeyException(
                    "the %s public key is damaged or far too weak".formatted(family), e);
        }
    }

    private static void checkRsa(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        if (bits < RSA_BITS_AT_LEAST || bits > RSA_BITS_AT_MOST) {
            throw new UnacceptableKeyException(
                    "an RSA key of %d bits is not accepted; %d to %d bits are, EC P-256 is better"
                            .formatted(bits, RSA_BITS_AT_LEAST, RSA_BITS_AT_MOST));
        }
        BigInteger exponent = key.getPublicExponent();
        if (exponent.compareTo(RSA_EXPONENT_ABOVE) <= 0
                || exponent.bitLength() > RSA_EXPONENT_BITS_AT_MOST
                || !exponent.testBit(0)) {
            throw new UnacceptableKeyException(
                    "the RSA key's public exponent is not accepted; use 65537");
        }
        if (!key.getModulus().gcd(SMALL_PRIMES).equals(BigInteger.ONE)) {
            throw new UnacceptableKeyException(
                    "the RSA modulus has a small factor; the key was made by a broken generator");
        }
        if (RocaFingerprint.isOn(key.getModulus())) {
            throw new UnacceptableKeyException(
                    "the RSA key was made by a chip with the flaw ROCA (CVE-2017-15361) and can be"
                            + " computed from its public half; make a new one elsewhere");
        }
    }

    /**
     * NIST SP 800-56A 5.6.2.3.4: coordinates in range, and on the curve. The curves' cofactor is 1.
     */
    private static void checkOnCurve(ECPublicKey key) {
        BigInteger p = ((ECFieldFp) key.getParams().getCurve().getField()).getP();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        BigInteger right =
                x.pow(3)
                        .add(key.getParams().getCurve().getA().multiply(x))
                        .add(key.getParams().getCurve().getB())
                        .mod(p);
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(right)) {
            throw new UnacceptableKeyException("the EC public key is not a point of its curve");
        }
    }

    private static BigInteger productOfPrimesBelow(int limit) {
        BigInteger product = BigInteger.ONE;
        for (BigInteger prime = BigInteger.TWO;
                prime.intValue() < limit;
                prime = prime.nextProbablePrime()) {
            product = product.multiply(prime);
        }
        return product;
    }
}
