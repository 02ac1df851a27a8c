package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.util.Optional;
import java.util.Set;

/**
 * ECDSA with SHA-256 or SHA-384, without parameters (RFC 5758 section 3.2), by an issuer that has
 * an EC key.
 */
final class SignatureAlgorithmRule implements Rule {

    private static final Set<ASN1ObjectIdentifier> ALGORITHMS =
            Set.of(X9ObjectIdentifiers.ecdsa_with_SHA256, X9ObjectIdentifiers.ecdsa_with_SHA384);

    @Override
    public String section() {
        return "4.1.2.3";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        AlgorithmIdentifier signature = candidate.certificate().getSignature();
        AlgorithmIdentifier issuerKey = candidate.issuer().getSubjectPublicKeyInfo().getAlgorithm();
        return Rule.unless(
                ALGORITHMS.contains(signature.getAlgorithm())
                        && signature.getParameters() == null
                        && issuerKey.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey),
                "the signature must be ECDSA with SHA-256 or SHA-384, without parameters");
    }
}
