package io.sallyport.provisioner.enrolment;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;

/** PKCS#10 requests in DER, also such as no tool would make. */
final class Requests {
    private static final AlgorithmIdentifier ECDSA =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private Requests() {}

    static KeyPair ecKey() {
        return ecKey("secp256r1");
    }

    static KeyPair ecKey(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static SubjectPublicKeyInfo info(KeyPair key) {
        return SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded());
    }

    static SubjectPublicKeyInfo rsa(BigInteger modulus, BigInteger exponent) {
        try {
            return new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                    new RSAPublicKey(modulus, exponent));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a renewal has it: the identity as common name and as subject alternative name. */
    static byte[] naming(KeyPair key, String identity) {
        return with(key, "CN=" + identity, identity);
    }

    /** As {@link #naming}, of a teleworker. */
    static byte[] namingUser(KeyPair key, String identity) {
        return signed(
                info(key),
                key.getPrivate(),
                new X500Name("CN=" + identity),
                List.of(new GeneralName(GeneralName.rfc822Name, new DERIA5String(identity))));
    }

    static byte[] with(KeyPair key, String subject, String... dnsNames) {
        return signed(
                info(key),
                key.getPrivate(),
                new X500Name(subject),
                Arrays.stream(dnsNames).map(Requests::dns).toList());
    }

    static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, new DERIA5String(name));
    }

    /** For one key and signed with any other one. */
    static byte[] signed(
            SubjectPublicKeyInfo key,
            PrivateKey signer,
            X500Name subject,
            List<GeneralName> names) {
        try {
            ASN1Encodable[] attributes =
                    names.isEmpty()
                            ? new ASN1Encodable[0]
                            : new ASN1Encodable[] {extensions(names)};
            var info = new CertificationRequestInfo(subject, key, new DERSet(attributes));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(info.getEncoded("DER"));
            return new CertificationRequest(info, ECDSA, new DERBitString(signature.sign()))
                    .getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Attribute extensions(List<GeneralName> names) throws IOException {
        var extension =
                new Extension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.toArray(GeneralName[]::new)).getEncoded());
        return new Attribute(
                PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                new DERSet(new Extensions(extension)));
    }
}
