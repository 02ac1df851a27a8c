package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/** Not empty, and octet for octet the issuer's subject, so that every reader can chain the two. */
final class IssuerRule implements Rule {

    @Override
    public String section() {
        return "4.1.2.4";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        TBSCertificate certificate = candidate.certificate();
        if (certificate.getIssuer().size() == 0) {
            return Optional.of("the issuer must have a name");
        }
        try {
            return Rule.unless(
                    Arrays.equals(
                            certificate.getIssuer().getEncoded(),
                            candidate.issuer().getSubject().getEncoded()),
                    "the issuer must be the subject of the issuing certificate");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
