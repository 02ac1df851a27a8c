package io.sallyport.pki.authority;

import io.sallyport.pki.revocation.CertificateId;
import io.sallyport.pki.revocation.CertificateStatus;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
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
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/** Builds OCSP responses (RFC 6960 section 4.2.1). Pure functions. */
final class OcspEncoding {

    private OcspEncoding() {}

    /**
     * What is said of one certificate.
     *
     * @param id as the client named it
     */
    record Single(
            CertificateId id, CertificateStatus status, Instant thisUpdate, Instant nextUpdate) {}

    /**
     * What is signed.
     *
     * @param responderKeyHash SHA-1 of the responder's key
     * @param nonce as it was sent
     */
    static ResponseData responseData(
            ByteBuffer responderKeyHash,
            Instant producedAt,
            List<Single> answers,
            Optional<ByteBuffer> nonce) {
        ASN1EncodableVector singles = new ASN1EncodableVector();
        answers.forEach(each -> singles.add(single(each)));
        return new ResponseData(
                new ResponderID(octets(responderKeyHash)),
                time(producedAt),
                new DERSequence(singles),
                nonce.map(OcspEncoding::nonce).orElse(null));
    }

    /** The whole response around a signed BasicOCSPResponse. */
    static byte[] response(byte[] basicResponse) {
        return encoded(
                new OCSPResponse(
                        new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL),
                        new ResponseBytes(
                                OCSPObjectIdentifiers.id_pkix_ocsp_basic,
                                new DEROctetString(basicResponse))));
    }

    /**
     * A response that says why there is none; such responses are not signed (RFC 6960 section 2.3).
     *
     * @param status of {@link OCSPResponseStatus}
     */
    static byte[] error(int status) {
        return encoded(new OCSPResponse(new OCSPResponseStatus(status), null));
    }

    private static SingleResponse single(Single answer) {
        return new SingleResponse(
                certificateId(answer.id()),
                switch (answer.status()) {
                    case CertificateStatus.Good() -> new CertStatus();
                    case CertificateStatus.Revoked(var entry) -> revoked(entry);
                    case CertificateStatus.Unknown() -> new CertStatus(2, DERNull.INSTANCE);
                },
                time(answer.thisUpdate()),
                time(answer.nextUpdate()),
                (Extensions) null);
    }

    private static CertID certificateId(CertificateId id) {
        return new CertID(
                new AlgorithmIdentifier(
                        new ASN1ObjectIdentifier(id.hash().oid()), DERNull.INSTANCE),
                octets(id.issuerNameHash()),
                octets(id.issuerKeyHash()),
                new ASN1Integer(id.serialNumber()));
    }

    private static CertStatus revoked(RevokedCertificate revoked) {
        return new CertStatus(
                new RevokedInfo(
                        time(revoked.revokedAt()),
                        revoked.reasonCode() == CRLReason.unspecified
                                ? null
                                : CRLReason.lookup(revoked.reasonCode())));
    }

    /** RFC 9654 section 2.1: the same octets, in an OCTET STRING again. */
    private static Extensions nonce(ByteBuffer nonce) {
        try {
            return new Extensions(
                    new Extension(
                            OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                            false,
                            octets(nonce).getEncoded(ASN1Encoding.DER)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ASN1GeneralizedTime time(Instant at) {
        return new ASN1GeneralizedTime(Date.from(at));
    }

    private static DEROctetString octets(ByteBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        buffer.duplicate().get(octets);
        return new DEROctetString(octets);
    }

    private static byte[] encoded(OCSPResponse response) {
        try {
            return response.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
