package io.sallyport.pki.lint;

import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.UnacceptableKeyException;

import org.bouncycastle.asn1.ASN1Encoding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Well formed and strong, as in the certificate; the key of an authority is an EC key. */
final class PublicKeyRule implements Rule {

    @Override
    public String section() {
        return "4.1.2.7";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        try {
            KeyAlgorithm algorithm =
                    AcceptedKey.of(
                                    candidate
                                            .certificate()
                                            .getSubjectPublicKeyInfo()
                                            .getEncoded(ASN1Encoding.DER))
                            .algorithm();
            boolean fitsAuthority =
                    switch (algorithm) {
                        case EC_P256, EC_P384 -> true;
                        case RSA, ED25519 -> false;
                    };
            return Rule.unless(
                    fitsAuthority || !candidate.authority(), "an authority must have an EC key");
        } catch (UnacceptableKeyException e) {
            return Optional.of(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
