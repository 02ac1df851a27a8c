package io.sallyport.pki.authority;

import io.sallyport.pki.revocation.OcspContent;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;

/** Builds OCSP responses (RFC 6960 section 4.2.1). Pure functions. */
final class OcspEncoding {

    private OcspEncoding() {}

    /** What is signed. */
    static ResponseData responseData(X509Certificate issuer, OcspContent content) {
        SingleResponse single =
                new SingleResponse(
                        certificateId(issuer, content),
                        content.revoked().map(OcspEncoding::revoked).orElseGet(CertStatus::new),
                        time(content.thisUpdate()),
                        time(content.nextUpdate()),
                        (Extensions) null);
        return new ResponseData(
                new ResponderID(new DEROctetString(keyHash(issuer))),
                time(content.thisUpdate()),
                new DERSequence(single),
                (Extensions) null);
    }

    /** The whole response around a signed BasicOCSPResponse. */
    static byte[] response(byte[] basicResponse) {
        try {
            return new OCSPResponse(
                            new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL),
                            new ResponseBytes(
                                    OCSPObjectIdentifiers.id_pkix_ocsp_basic,
                                    new DEROctetString(basicResponse)))
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // RFC 5019 section 2.1.1: clients compare SHA-1 identifiers; they protect nothing here.
    private static CertID certificateId(X509Certificate issuer, OcspContent content) {
        return new CertID(
                new AlgorithmIdentifier(X509ObjectIdentifiers.id_SHA1, DERNull.INSTANCE),
                new DEROctetString(sha1(issuer.getSubjectX500Principal().getEncoded())),
                new DEROctetString(keyHash(issuer)),
                new ASN1Integer(content.serialNumber()));
    }

    private static CertStatus revoked(RevokedCertificate revoked) {
        return new CertStatus(
                new RevokedInfo(
                        time(revoked.revokedAt()),
                        revoked.reasonCode() == CRLReason.unspecified
                                ? null
                                : CRLReason.lookup(revoked.reasonCode())));
    }

    private static ASN1GeneralizedTime time(Instant at) {
        return new ASN1GeneralizedTime(Date.from(at));
    }

    private static byte[] keyHash(X509Certificate issuer) {
        return sha1(
                SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())
                        .getPublicKeyData()
                        .getBytes());
    }

    private static byte[] sha1(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
