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
        KeyUsage expected = new KeyUsage(candidate.authority() ? AUTHORITY : END_ENTITY);
        return Rule.unless(
                expected.equals(KeyUsage.getInstance(Candidate.parsed(found.get()))),
                "the key usage must be keyCertSign and cRLSign for an authority,"
                        + " digitalSignature for all others");
    }
}
