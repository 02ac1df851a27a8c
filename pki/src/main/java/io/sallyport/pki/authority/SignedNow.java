package io.sallyport.pki.authority;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** The last steps of every certificate: its number, its octets, and that it is recorded. */
final class SignedNow {
    // RFC 5280 §4.1.2.2: positive, at most 20 octets. 19 random octets stay within that even with a
    // sign octet.
    private static final int SERIAL_OCTETS = 19;

    private SignedNow() {}

    static BigInteger serialNumber(SecureRandom random) {
        byte[] octets = new byte[SERIAL_OCTETS];
        random.nextBytes(octets);
        return new BigInteger(1, octets);
    }

    /** DER of what is to be signed. */
    static byte[] encoded(ASN1Object toBeSigned) {
        try {
            return toBeSigned.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A certificate that was signed, after the recorder has taken it.
     *
     * @param authority name of who signed it
     */
    static Issued certificate(
            String authority,
            String profileName,
            String subject,
            byte[] der,
            CertificateRecorder recorder) {
        X509Certificate certificate;
        try {
            certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalStateException("the certificate just signed cannot be read", e);
        }
        Issued issued = new Issued(authority, profileName, subject, certificate, der);
        recorder.record(issued);
        return issued;
    }
}
