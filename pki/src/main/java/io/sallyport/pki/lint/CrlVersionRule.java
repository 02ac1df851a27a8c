package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.util.Optional;

/** Version 2, as there are extensions. */
final class CrlVersionRule implements CrlRule {

    @Override
    public String section() {
        return "5.1.2.1";
    }

    @Override
    public Optional<String> violation(TBSCertList list, TBSCertificate issuer) {
        return Rule.unless(list.getVersionNumber() == 2, "the version must be 2");
    }
}
