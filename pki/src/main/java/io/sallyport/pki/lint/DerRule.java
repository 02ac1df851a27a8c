package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1Encoding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The distinguished encoding: what a reader decodes and encodes again is what was signed. */
final class DerRule implements Rule {

    @Override
    public String section() {
        return "4.1";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        try {
            return Rule.unless(
                    ByteBuffer.wrap(candidate.certificate().getEncoded(ASN1Encoding.DER))
                            .equals(candidate.encoded()),
                    "the encoding must be DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
