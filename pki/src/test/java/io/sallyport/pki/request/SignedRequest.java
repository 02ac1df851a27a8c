package io.sallyport.pki.request;

import io.sallyport.pki.key.GeneratedKey;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;

/** Makes requests with a right signature and a content that no tool would make. */
final class SignedRequest {

    private static final GeneratedKey KEY = GeneratedKey.p256(new SecureRandom());

    private SignedRequest() {}

    /** For these subject alternative names, with an empty subject. */
    static byte[] naming(GeneralName... names) throws Exception {
        Extension extension =
                new Extension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names).getEncoded());
        return of(new X500Name(""), keyInfo(), new Extensions(extension));
    }

    /** With a common name and no extension. */
    static byte[] of(X500Name subject) throws Exception {
        return of(subject, keyInfo());
    }

    /** For this key, signed with another one. */
    static byte[] of(X500Name subject, SubjectPublicKeyInfo key, ASN1Encodable... extensionRequests)
            throws Exception {
        ASN1Encodable[] attributes = new ASN1Encodable[extensionRequests.length];
        for (int i = 0; i < attributes.length; i++) {
            attributes[i] =
                    new Attribute(
                            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                            new DERSet(extensionRequests[i]));
        }
        CertificationRequestInfo info =
                new CertificationRequestInfo(subject, key, new DERSet(attributes));
        return new CertificationRequest(
                        info,
                        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
                        new DERBitString(sign(info.getEncoded(ASN1Encoding.DER))))
                .getEncoded(ASN1Encoding.DER);
    }

    static SubjectPublicKeyInfo keyInfo() {
        return SubjectPublicKeyInfo.getInstance(KEY.publicKey().getEncoded());
    }

    private static byte[] sign(byte[] octets) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(KEY.privateKey());
        signature.update(octets);
        return signature.sign();
    }
}
