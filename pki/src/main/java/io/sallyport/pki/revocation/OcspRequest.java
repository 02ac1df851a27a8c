package io.sallyport.pki.revocation;

import io.sallyport.pki.der.DerShape;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extensions;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks (RFC 6960 section 4.1). A signature on the request is not looked at: everybody
 * may ask.
 *
 * @param certificates at least one, at most {@link #CERTIFICATES_AT_MOST}
 * @param nonce to be repeated in the answer (RFC 9654), read-only
 */
public record OcspRequest(List<CertificateId> certificates, Optional<ByteBuffer> nonce) {

    /** The longest request that is looked at. */
    public static final int OCTETS_AT_MOST = 8 * 1024;

    /** Each costs a look-up. Clients ask about one, or about one chain. */
    public static final int CERTIFICATES_AT_MOST = 16;

    // RFC 9654 section 2.1: 1 to 128 octets; others are to be answered with malformedRequest.
    private static final int NONCE_OCTETS_AT_MOST = 128;
    // RFC 5280 section 4.1.2.2, and some room for those who do not keep to it.
    private static final int SERIAL_NUMBER_OCTETS_AT_MOST = 32;

    /** Copies and checks. */
    public OcspRequest {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty() || certificates.size() > CERTIFICATES_AT_MOST) {
            throw new IllegalArgumentException(
                    "%d certificates; 1 to %d are answered"
                            .formatted(certificates.size(), CERTIFICATES_AT_MOST));
        }
    }

    /**
     * Decodes a request.
     *
     * @throws MalformedOcspRequestException whatever is wrong with it
     */
    public static OcspRequest parse(byte[] der) throws MalformedOcspRequestException {
        if (der.length > OCTETS_AT_MOST) {
            throw new MalformedOcspRequestException(
                    "%d octets; at most %d are read".formatted(der.length, OCTETS_AT_MOST));
        }
        if (!DerShape.isOneElement(der)) {
            throw new MalformedOcspRequestException("not one DER element");
        }
        try {
            TBSRequest request = OCSPRequest.getInstance(der).getTbsRequest();
            if (request.getVersion().intValueExact() != 0) {
                throw new MalformedOcspRequestException("a version other than 1");
            }
            return new OcspRequest(
                    certificateIds(request.getRequestList()),
                    nonce(request.getRequestExtensions()));
        } catch (RuntimeException e) { // the ASN.1 library declares no exception and throws many
            throw new MalformedOcspRequestException("not an OCSP request", e);
        }
    }

    private static List<CertificateId> certificateIds(ASN1Sequence requests) {
        if (requests.size() > CERTIFICATES_AT_MOST) {
            throw new IllegalArgumentException(requests.size() + " certificates");
        }
        List<CertificateId> ids = new ArrayList<>();
        for (ASN1Encodable each : requests) {
            Request request = Request.getInstance(each);
            refuseCritical(request.getSingleRequestExtensions());
            ids.add(certificateId(request.getReqCert()));
        }
        return ids;
    }

    private static CertificateId certificateId(CertID id) {
        CertificateId.Hash hash =
                Arrays.stream(CertificateId.Hash.values())
                        .filter(each -> each.oid().equals(oid(id)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("hash " + oid(id)));
        BigInteger serialNumber = id.getSerialNumber().getValue();
        if (serialNumber.toByteArray().length > SERIAL_NUMBER_OCTETS_AT_MOST) {
            throw new IllegalArgumentException("serial number");
        }
        return new CertificateId(
                hash,
                digest(id.getIssuerNameHash(), hash),
                digest(id.getIssuerKeyHash(), hash),
                serialNumber);
    }

    private static String oid(CertID id) {
        return id.getHashAlgorithm().getAlgorithm().getId();
    }

    private static ByteBuffer digest(ASN1OctetString octets, CertificateId.Hash hash) {
        if (octets.getOctetsLength() != hash.octets()) {
            throw new IllegalArgumentException("digest of another length");
        }
        return ByteBuffer.wrap(octets.getOctets()).asReadOnlyBuffer();
    }

    private static Optional<ByteBuffer> nonce(Extensions extensions) {
        refuseCritical(extensions);
        if (extensions == null
                || extensions.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce) == null) {
            return Optional.empty();
        }
        byte[] value =
                extensions
                        .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)
                        .getExtnValue()
                        .getOctets();
        if (!DerShape.isOneElement(value)) {
            throw new IllegalArgumentException("a nonce that is no octet string");
        }
        byte[] nonce = ASN1OctetString.getInstance(value).getOctets();
        if (nonce.length == 0 || nonce.length > NONCE_OCTETS_AT_MOST) {
            throw new IllegalArgumentException("a nonce of %d octets".formatted(nonce.length));
        }
        return Optional.of(ByteBuffer.wrap(nonce).asReadOnlyBuffer());
    }

    /** RFC 6960 section 4.4: what is critical and not understood must not be passed over. */
    private static void refuseCritical(Extensions extensions) {
        if (extensions == null) {
            return;
        }
        for (ASN1ObjectIdentifier oid : extensions.getCriticalExtensionOIDs()) {
            if (!oid.equals(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)) {
                throw new IllegalArgumentException("critical extension " + oid);
            }
        }
    }
}
