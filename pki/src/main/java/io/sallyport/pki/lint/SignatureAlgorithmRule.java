package io.sallyport.pki.lint;

import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.SignatureScheme;
import io.sallyport.pki.key.UnacceptableKeyException;

import org.bouncycastle.asn1.ASN1Encoding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The one scheme that fits the issuer's key in kind and strength, with the right parameters. */
final class SignatureAlgorithmRule implements Rule {

    @Override
    public String section() {
        return "4.1.2.3";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        SignatureScheme expected;
        try {
            byte[] issuerKey =
                    candidate.issuer().getSubjectPublicKeyInfo().getEncoded(ASN1Encoding.DER);
            expected = SignatureScheme.of(AcceptedKey.of(issuerKey).algorithm());
        } catch (UnacceptableKeyException e) {
            return Optional.of("the issuer's key: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Rule.unless(
                candidate.certificate().getSignature().equals(expected.identifier()),
                "the signature must be " + expected);
    }
}
