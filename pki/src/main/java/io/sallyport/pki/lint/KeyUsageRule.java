package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;

import java.util.Optional;

/** Present and critical: certificates and CRLs are signed by authorities, and by nobody else. */
final class KeyUsageRule implements Rule {

    private static final int AUTHORITY = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    private static final int END_ENTITY = KeyUsage.digitalSignature;

    @Override
    public String section() {
        return "4.2.1.3";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.keyUsage);
        if (found.isEmpty() || !found.get().isCritical()) {
            return Optional.of("the key usage must be there and critical");
        }
        KeyUsage usage = KeyUsage.getInstance(Candidate.parsed(found.get()));
        boolean expected =
                candidate.authority()
                        ? usage.equals(new KeyUsage(AUTHORITY))
                                || usage.equals(new KeyUsage(AUTHORITY | END_ENTITY))
                        : usage.equals(new KeyUsage(END_ENTITY));
        return Rule.unless(
                expected,
                "the key usage must be keyCertSign and cRLSign for an authority, with"
                        + " digitalSignature if it signs OCSP responses; digitalSignature for all"
                        + " others");
    }
}
