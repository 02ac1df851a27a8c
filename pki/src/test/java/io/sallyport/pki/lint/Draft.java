package io.sallyport.pki.lint;

import io.sallyport.pki.key.GeneratedKey;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;

/** A faultless end-entity certificate of an issuer, each part of which a test can spoil. */
final class Draft {

    int version = 2;
    BigInteger serialNumber = BigInteger.ONE.shiftLeft(100);
    AlgorithmIdentifier signature = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    X500Name issuer;
    ASN1Encodable notBefore = new ASN1UTCTime("261121220000Z");
    ASN1Encodable notAfter = new ASN1UTCTime("261221220000Z");
    X500Name subject = new X500Name("CN=a.example");
    SubjectPublicKeyInfo key =
            SubjectPublicKeyInfo.getInstance(
                    GeneratedKey.p256(new SecureRandom()).publicKey().getEncoded());
    boolean uniqueIdentifier;
    final Map<String, Extension> extensions = new LinkedHashMap<>();

    Draft(X509Certificate issuer) throws Exception {
        TBSCertificate authority = TBSCertificate.getInstance(issuer.getTBSCertificate());
        this.issuer = authority.getSubject();
        byte[] issuerKey =
                SubjectKeyIdentifier.fromExtensions(authority.getExtensions()).getKeyIdentifier();
        put(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerKey));
        put(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(new byte[20]));
        put(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        put(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "a.example")));
        put(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    }

    void put(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) throws Exception {
        put(oid, critical, value.toASN1Primitive().getEncoded(ASN1Encoding.DER));
    }

    void put(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
        extensions.put(oid.getId(), new Extension(oid, critical, value));
    }

    byte[] encoded() {
        ASN1EncodableVector all = new ASN1EncodableVector();
        all.add(new DERTaggedObject(true, 0, new ASN1Integer(version)));
        all.add(new ASN1Integer(serialNumber));
        all.add(signature);
        all.add(issuer);
        all.add(new DERSequence(new ASN1Encodable[] {notBefore, notAfter}));
        all.add(subject);
        all.add(key);
        if (uniqueIdentifier) {
            all.add(new DERTaggedObject(false, 2, new DERBitString(new byte[] {1})));
        }
        ASN1EncodableVector list = new ASN1EncodableVector();
        extensions.values().forEach(list::add);
        if (!extensions.isEmpty()) {
            all.add(new DERTaggedObject(true, 3, new DERSequence(list)));
        }
        try {
            return new DERSequence(all).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
