package io.sallyport.pki.request;

import static io.sallyport.pki.request.RequestRefusedException.Reason.MALFORMED_NAME;

import io.sallyport.pki.der.DerShape;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import javax.security.auth.x500.X500Principal;

/**
 * The names in a request: its common name, and subject alternative names in an extensionRequest
 * (RFC 2985 5.4.2).
 */
final class RequestedNames {

    private RequestedNames() {}

    /** The whole subject; it may be empty. */
    static X500Principal subject(CertificationRequest request) {
        try {
            return new X500Principal(
                    request.getCertificationRequestInfo()
                            .getSubject()
                            .getEncoded(ASN1Encoding.DER));
        } catch (IOException | RuntimeException e) { // the libraries throw many kinds
            throw refused("the subject is damaged", e);
        }
    }

    /** The common name, if there is exactly one and it is text. */
    static Optional<String> commonName(CertificationRequest request) {
        try {
            RDN[] found = request.getCertificationRequestInfo().getSubject().getRDNs(BCStyle.CN);
            if (found.length == 0) {
                return Optional.empty();
            }
            if (found.length == 1
                    && !found[0].isMultiValued()
                    && found[0].getFirst().getValue() instanceof ASN1String name) {
                return Optional.of(name.getString());
            }
        } catch (RuntimeException e) { // the library throws many kinds
            throw refused("the subject is damaged", e);
        }
        throw refused("the subject must have one common name, or none", null);
    }

    /** The subject alternative names, checked; an empty list when none are requested. */
    static List<Identity> alternativeNames(CertificationRequest request, EndEntityProfile profile) {
        GeneralName[] names;
        try {
            names = generalNames(request);
        } catch (RuntimeException e) { // the library throws many kinds
            throw refused("the requested extensions are damaged", e);
        }
        if (names.length > profile.namesAtMost()) {
            throw refused(
                    "the request has %d subject alternative names; at most %d are accepted"
                            .formatted(names.length, profile.namesAtMost()),
                    null);
        }
        List<Identity> identities = new ArrayList<>();
        for (GeneralName name : names) {
            Identity identity = identity(name);
            if (!profile.identityKinds().contains(identity.kind())) {
                throw refused(
                        "a subject alternative name of kind %s is not accepted here"
                                .formatted(identity.kind()),
                        null);
            }
            identities.add(identity);
        }
        return List.copyOf(identities);
    }

    private static GeneralName[] generalNames(CertificationRequest request) {
        List<Extension> found =
                extensionRequests(request.getCertificationRequestInfo().getAttributes()).stream()
                        // This decoder refuses an extension that is there twice.
                        .map(Extensions::getInstance)
                        .map(all -> all.getExtension(Extension.subjectAlternativeName))
                        .filter(Objects::nonNull)
                        .toList();
        if (found.isEmpty()) {
            return new GeneralName[0];
        }
        byte[] value = found.getFirst().getExtnValue().getOctets();
        if (found.size() > 1 || !DerShape.isOneElement(value)) {
            throw new IllegalArgumentException("subjectAltName");
        }
        return GeneralNames.getInstance(value).getNames();
    }

    private static List<ASN1Encodable> extensionRequests(ASN1Set attributes) {
        List<ASN1Encodable> values = new ArrayList<>();
        for (ASN1Encodable encodable : attributes == null ? new DERSet() : attributes) {
            Attribute attribute = Attribute.getInstance(encodable);
            if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
                attribute.getAttrValues().forEach(values::add);
            }
        }
        return values;
    }

    private static Identity identity(GeneralName name) {
        try {
            return switch (name.getTagNo()) {
                case GeneralName.dNSName -> Identity.dns(ascii(name));
                case GeneralName.rfc822Name -> Identity.user(ascii(name));
                case GeneralName.uniformResourceIdentifier -> Identity.uri(ascii(name));
                case GeneralName.iPAddress ->
                        Identity.ip(ASN1OctetString.getInstance(name.getName()).getOctets());
                default ->
                        throw refused(
                                "only DNS names, IP addresses, URIs and users are accepted as"
                                        + " subject alternative names",
                                null);
            };
        } catch (IllegalArgumentException e) {
            throw refused("a subject alternative name is malformed: " + e.getMessage(), e);
        }
    }

    private static String ascii(GeneralName name) {
        return ASN1IA5String.getInstance(name.getName()).getString();
    }

    private static RequestRefusedException refused(String message, Throwable cause) {
        return new RequestRefusedException(MALFORMED_NAME, message, cause);
    }
}
