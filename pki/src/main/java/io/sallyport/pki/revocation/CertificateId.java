package io.sallyport.pki.revocation;

import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;

/**
 * How an OCSP request names a certificate (RFC 6960 section 4.1.1, CertID).
 *
 * @param hash of name and key
 * @param issuerNameHash of the issuer's distinguished name, read-only
 * @param issuerKeyHash of the bits of the issuer's public key, read-only
 * @param serialNumber of the certificate
 */
public record CertificateId(
        Hash hash, ByteBuffer issuerNameHash, ByteBuffer issuerKeyHash, BigInteger serialNumber) {

    /** The digests that clients use. They find an issuer; nobody relies on them for security. */
    public enum Hash {
        /** RFC 5019 section 2.1.1; what nearly all clients send. */
        SHA1("SHA-1", "1.3.14.3.2.26", 20),
        /** RFC 9654 and RFC 9919 ask new clients for it. */
        SHA256("SHA-256", "2.16.840.1.101.3.4.2.1", 32);

        private final String jcaName;
        private final String oid;
        private final int octets;

        Hash(String jcaName, String oid, int octets) {
            this.jcaName = jcaName;
            this.oid = oid;
            this.octets = octets;
        }

        /** The object identifier in dotted decimal. */
        public String oid() {
            return oid;
        }

        /** The length of a digest. */
        int octets() {
            return octets;
        }

        private ByteBuffer of(byte[] octets) {
            try {
                return ByteBuffer.wrap(MessageDigest.getInstance(jcaName).digest(octets))
                        .asReadOnlyBuffer();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + jcaName, e);
            }
        }
    }

    /** How that hash names a certificate of that issuer. */
    public static CertificateId of(Hash hash, X509Certificate issuer, BigInteger serialNumber) {
        byte[] key =
                SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())
                        .getPublicKeyData()
                        .getBytes();
        return new CertificateId(
                hash,
                hash.of(issuer.getSubjectX500Principal().getEncoded()),
                hash.of(key),
                serialNumber);
    }

    /** Whether it is of the same issuer, named by the same hash. */
    public boolean sameIssuer(CertificateId other) {
        return hash == other.hash
                && issuerNameHash.equals(other.issuerNameHash)
                && issuerKeyHash.equals(other.issuerKeyHash);
    }
}
