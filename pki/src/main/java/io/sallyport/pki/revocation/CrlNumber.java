package io.sallyport.pki.revocation;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;

import java.math.BigInteger;
import java.security.cert.X509CRL;

/**
 * The number of a CRL: each CRL of an authority has a greater one than the CRL before (RFC 5280
 * section 5.2.3).
 *
 * @param value positive, at most 20 octets
 */
public record CrlNumber(BigInteger value) implements Comparable<CrlNumber> {

    /** The number of an authority's first CRL. */
    public static final CrlNumber FIRST = new CrlNumber(BigInteger.ONE);

    private static final int OCTETS_AT_MOST = 20;

    /** Checks the range. */
    public CrlNumber {
        if (value.signum() <= 0 || value.toByteArray().length > OCTETS_AT_MOST) {
            throw new IllegalArgumentException("a CRL number is positive, of at most 20 octets");
        }
    }

    /** The number from a counter, as a database keeps it. */
    public static CrlNumber of(long value) {
        return new CrlNumber(BigInteger.valueOf(value));
    }

    /**
     * The number that a CRL carries.
     *
     * @throws IllegalArgumentException when it carries none
     */
    public static CrlNumber of(X509CRL crl) {
        byte[] extension = crl.getExtensionValue(Extension.cRLNumber.getId());
        if (extension == null) {
            throw new IllegalArgumentException("a CRL without a number");
        }
        byte[] value = ASN1OctetString.getInstance(extension).getOctets();
        return new CrlNumber(ASN1Integer.getInstance(value).getValue());
    }

    /** The number of the CRL after. */
    public CrlNumber next() {
        return new CrlNumber(value.add(BigInteger.ONE));
    }

    @Override
    public int compareTo(CrlNumber other) {
        return value.compareTo(other.value);
    }
}
