package io.sallyport.pki.est;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.SignedData;
import org.bouncycastle.asn1.x509.Certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A "certs-only CMC Simple PKI Response" (RFC 5272 section 4.1): CMS SignedData that nobody signed
 * and that has no content, only certificates. Pure functions; nothing blocks.
 */
public final class CertsOnlyMessage {
    // RFC 5652 section 5.1: 1 when there are certificates of X.509 alone, and no signer.
    private static final int VERSION = 1;

    private CertsOnlyMessage() {}

    /**
     * The certificates as one message in DER. A DER set has no order of its own: readers sort a
     * chain by issuer and subject.
     *
     * @param certificates at least one
     * @throws IllegalArgumentException if there is none
     */
    public static byte[] encode(List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a certs-only message without certificates");
        }
        Certificate[] decoded =
                certificates.stream().map(CertsOnlyMessage::decoded).toArray(Certificate[]::new);
        SignedData data =
                new SignedData(
                        new ASN1Integer(VERSION),
                        new DERSet(),
                        new ContentInfo(PKCSObjectIdentifiers.data, null),
                        new DERSet(decoded),
                        null,
                        new DERSet());
        try {
            return new ContentInfo(PKCSObjectIdentifiers.signedData, data)
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException("an encoding to memory failed", e);
        }
    }

    private static Certificate decoded(X509Certificate certificate) {
        try {
            return Certificate.getInstance(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that has no encoding", e);
        }
    }
}
