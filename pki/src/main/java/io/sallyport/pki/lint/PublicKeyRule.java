package io.sallyport.pki.lint;

import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.UnacceptableKeyException;

import org.bouncycastle.asn1.ASN1Encoding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Well formed and strong, as in the certificate. */
final class PublicKeyRule implements Rule {

    @Override
    public String section() {
        return "4.1.2.7";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        try {
            AcceptedKey.of(
                    candidate.certificate().getSubjectPublicKeyInfo().getEncoded(ASN1Encoding.DER));
            return Optional.empty();
        } catch (UnacceptableKeyException e) {
            return Optional.of(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
