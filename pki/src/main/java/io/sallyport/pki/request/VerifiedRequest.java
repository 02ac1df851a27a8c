package io.sallyport.pki.request;

import static io.sallyport.pki.request.RequestRefusedException.Reason.FOREIGN_NAME;
import static io.sallyport.pki.request.RequestRefusedException.Reason.NOT_A_REQUEST;
import static io.sallyport.pki.request.RequestRefusedException.Reason.TOO_LARGE;
import static io.sallyport.pki.request.RequestRefusedException.Reason.UNACCEPTABLE_KEY;
import static io.sallyport.pki.request.RequestRefusedException.Reason.WRONG_SIGNATURE;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sallyport.pki.der.DerShape;
import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.SignatureScheme;
import io.sallyport.pki.key.UnacceptableKeyException;
import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.Printable;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import javax.security.auth.x500.X500Principal;

/**
 * A PKCS#10 request (RFC 2986) whose signature was verified, so that its sender has the private
 * key, and whose key the profile accepts. There is none that was not checked.
 *
 * <p>What counts is the public key. Names (the common name and subject alternative names) are read
 * in order to refuse a request that asks for somebody else's; other parts of the subject and other
 * requested extensions are ignored, because the profile alone decides what a certificate contains.
 */
public final class VerifiedRequest {

    /**
     * The largest request that is looked at, in octets, PEM or DER. An RSA key of 8192 bits needs a
     * quarter of it, ML-DSA-65 half of it.
     */
    public static final int OCTETS_AT_MOST = 16 * 1024;

    private static final Map<ASN1ObjectIdentifier, String> SIGNATURE_ALGORITHMS =
            Map.of(
                    X9ObjectIdentifiers.ecdsa_with_SHA256,
                    "SHA256withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA384,
                    "SHA384withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA512,
                    "SHA512withECDSA",
                    PKCSObjectIdentifiers.sha256WithRSAEncryption,
                    "SHA256withRSA",
                    PKCSObjectIdentifiers.sha384WithRSAEncryption,
                    "SHA384withRSA",
                    PKCSObjectIdentifiers.sha512WithRSAEncryption,
                    "SHA512withRSA",
                    SignatureScheme.ED25519.identifier().getAlgorithm(),
                    "Ed25519",
                    NISTObjectIdentifiers.id_ml_dsa_65,
                    "ML-DSA-65");

    private static final String WITH_ECDSA = "withECDSA";

    private static final Set<KeyAlgorithm> AUTHORITY_KEYS =
            Set.of(KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384, KeyAlgorithm.RSA);

    private final AcceptedKey key;
    private final X500Principal subject;
    private final Optional<String> commonName;
    private final List<Identity> alternativeNames;

    private VerifiedRequest(
            AcceptedKey key,
            X500Principal subject,
            Optional<String> commonName,
            List<Identity> alternativeNames) {
        this.key = key;
        this.subject = subject;
        this.commonName = commonName;
        this.alternativeNames = alternativeNames;
    }

    /**
     * Reads and verifies a request for a certificate of that profile.
     *
     * @param pemOrDer what was sent, at most {@link #OCTETS_AT_MOST}
     * @throws RequestRefusedException saying why; nothing else is thrown, whatever was sent
     */
    public static VerifiedRequest parse(byte[] pemOrDer, EndEntityProfile profile) {
        byte[] der = bounded(pemOrDer);
        CertificationRequest request = decode(der);
        AcceptedKey key = key(request, profile.keyAlgorithms(), profile.keyAlgorithmsInWords());
        verifySignature(request, DerShape.firstWithin(der), key.publicKey());
        return new VerifiedRequest(
                key,
                RequestedNames.subject(request),
                RequestedNames.commonName(request),
                RequestedNames.alternativeNames(request, profile));
    }

    /**
     * Reads and verifies the request of an authority for its own certificate. Its names are not
     * looked at: they follow from its purpose and its key.
     *
     * @throws RequestRefusedException saying why
     */
    public static VerifiedRequest parseOfAuthority(byte[] pemOrDer) {
        byte[] der = bounded(pemOrDer);
        CertificationRequest request = decode(der);
        AcceptedKey key = key(request, AUTHORITY_KEYS, "EC P-256, EC P-384, RSA");
        verifySignature(request, DerShape.firstWithin(der), key.publicKey());
        return new VerifiedRequest(
                key, RequestedNames.subject(request), Optional.empty(), List.of());
    }

    private static byte[] bounded(byte[] pemOrDer) {
        if (pemOrDer.length > OCTETS_AT_MOST) {
            throw new RequestRefusedException(
                    TOO_LARGE,
                    "the request has %d octets; at most %d are accepted"
                            .formatted(pemOrDer.length, OCTETS_AT_MOST));
        }
        return der(pemOrDer);
    }

    /** The key that its sender has proved to hold. */
    public PublicKey publicKey() {
        return key.publicKey();
    }

    /** The same, with what is known about it. */
    public AcceptedKey key() {
        return key;
    }

    /** The common name as sent, if there is one. */
    public Optional<String> commonName() {
        return commonName;
    }

    /** The subject alternative names, well formed, in the order sent; often none. */
    public List<Identity> alternativeNames() {
        return alternativeNames;
    }

    /**
     * Refuses the request when it asks for other names than it will get. A request may leave them
     * out.
     *
     * @throws RequestRefusedException naming what is foreign
     */
    public void requireNoOtherThan(CertificateNames names) {
        String identity = names.identity().text();
        commonName
                .filter(name -> !sameName(name, identity))
                .ifPresent(name -> refuseForeign(name, identity));
        alternativeNames.stream()
                .filter(name -> !names.all().contains(name))
                .findFirst()
                .ifPresent(name -> refuseForeign(name.text(), identity));
    }

    /**
     * Refuses a request for the renewal of a certificate when it does not have exactly its names:
     * the same subject and the same subject alternative names (RFC 7030 section 4.2.2).
     *
     * @param current the certificate to be renewed, one of ours
     * @param names what it names
     * @throws RequestRefusedException saying what is missing or foreign
     */
    public void requireSameNames(X509Certificate current, CertificateNames names) {
        requireNoOtherThan(names);
        if (!subject.equals(current.getSubjectX500Principal())) {
            refuseOther("subject", Printable.of(current.getSubjectX500Principal().getName()));
        }
        if (!Set.copyOf(alternativeNames).equals(Set.copyOf(names.all()))) {
            refuseOther(
                    "subject alternative names",
                    names.all().stream()
                            .map(name -> Printable.of(name.text()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void refuseOther(String what, String expected) {
        throw new RequestRefusedException(
                FOREIGN_NAME,
                "a renewal has the %s of the certificate (RFC 7030 section 4.2.2): \"%s\""
                        .formatted(what, expected));
    }

    /**
     * Without case as DNS names are compared, but only of ASCII: to Java, the Kelvin sign is a k.
     */
    private static boolean sameName(String name, String identity) {
        return name.chars().allMatch(c -> c < 0x80) && name.equalsIgnoreCase(identity);
    }

    private static void refuseForeign(String name, String identity) {
        throw new RequestRefusedException(
                FOREIGN_NAME,
                "the request names %s; it has to name %s, or nobody"
                        .formatted(Printable.of(name), Printable.of(identity)));
    }

    private static byte[] der(byte[] pemOrDer) {
        String text = new String(pemOrDer, ISO_8859_1);
        if (!text.contains("-----BEGIN ")) {
            return pemOrDer;
        }
        try {
            List<byte[]> blocks = new ArrayList<>(Pem.decode(Pem.CERTIFICATE_REQUEST, text));
            // Old Microsoft and Cisco tools write this label.
            blocks.addAll(Pem.decode("NEW " + Pem.CERTIFICATE_REQUEST, text));
            if (blocks.size() != 1) {
                throw new RequestRefusedException(
                        NOT_A_REQUEST,
                        "expected one PEM block \"CERTIFICATE REQUEST\", found " + blocks.size());
            }
            return blocks.getFirst();
        } catch (MalformedPemException e) {
            throw new RequestRefusedException(
                    NOT_A_REQUEST, "the PEM text is damaged: " + e.getMessage(), e);
        }
    }

    private static CertificationRequest decode(byte[] der) {
        if (DerShape.isOneElement(der)) {
            try {
                CertificationRequest request = CertificationRequest.getInstance(der);
                request.getEncoded(ASN1Encoding.DER); // makes the lazy decoder look at every part
                return request;
            } catch (IOException | RuntimeException e) { // the library throws many kinds
                throw new RequestRefusedException(
                        NOT_A_REQUEST, "this is not a PKCS#10 certificate request", e);
            }
        }
        throw new RequestRefusedException(
                NOT_A_REQUEST, "this is not a PKCS#10 certificate request in PEM or DER");
    }

    private static AcceptedKey key(
            CertificationRequest request, Set<KeyAlgorithm> accepted, String acceptedInWords) {
        AcceptedKey key;
        try {
            SubjectPublicKeyInfo info =
                    request.getCertificationRequestInfo().getSubjectPublicKeyInfo();
            key = AcceptedKey.of(info.getEncoded(ASN1Encoding.DER));
        } catch (UnacceptableKeyException e) {
            throw new RequestRefusedException(UNACCEPTABLE_KEY, e.getMessage(), e);
        } catch (IOException e) {
            throw new RequestRefusedException(NOT_A_REQUEST, "the public key is damaged", e);
        }
        if (!accepted.contains(key.algorithm())) {
            throw new RequestRefusedException(
                    UNACCEPTABLE_KEY,
                    "a key of kind %s is not accepted here; accepted: %s"
                            .formatted(key.algorithm().description(), acceptedInWords));
        }
        return key;
    }

    /**
     * Verifies over the octets that were sent: the decoder forgives what encoding again would put
     * right.
     */
    private static void verifySignature(
            CertificationRequest request, byte[] signedOctets, PublicKey key) {
        ASN1ObjectIdentifier oid = request.getSignatureAlgorithm().getAlgorithm();
        String algorithm = SIGNATURE_ALGORITHMS.get(oid);
        if (algorithm == null) {
            throw new RequestRefusedException(
                    WRONG_SIGNATURE,
                    "the request is signed with algorithm %s; sign it with SHA-256".formatted(oid));
        }
        boolean valid;
        try {
            valid = isValid(algorithm, key, signedOctets, request.getSignature().getOctets());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // An algorithm of another kind of key, or octets that are no signature at all.
            throw new RequestRefusedException(
                    WRONG_SIGNATURE, "the request's signature cannot be verified with its key", e);
        }
        if (!valid) {
            throw new RequestRefusedException(
                    WRONG_SIGNATURE, "the request's signature was not made with its key");
        }
    }

    private static boolean isValid(
            String algorithm, PublicKey key, byte[] signedOctets, byte[] signature)
            throws IOException, GeneralSecurityException {
        if (key instanceof ECPublicKey ec && algorithm.endsWith(WITH_ECDSA)) {
            String digest = algorithm.replace(WITH_ECDSA, "").replace("SHA", "SHA-");
            return EcdsaVerification.isValid(digest, ec, signedOctets, signature);
        }
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(signedOctets);
        return verifier.verify(signature);
    }
}
