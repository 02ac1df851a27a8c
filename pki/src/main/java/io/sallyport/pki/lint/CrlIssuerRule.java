package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/** Octet for octet the subject of an authority whose key may sign CRLs (section 4.2.1.3). */
final class CrlIssuerRule implements CrlRule {

    @Override
    public String section() {
        return "5.1.2.3";
    }

    @Override
    public Optional<String> violation(TBSCertList list, TBSCertificate issuer) {
        try {
            if (!Arrays.equals(list.getIssuer().getEncoded(), issuer.getSubject().getEncoded())) {
                return Optional.of("the issuer must be the subject of the issuing certificate");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean signsLists =
                Candidate.extension(issuer, Extension.keyUsage)
                        .map(found -> KeyUsage.getInstance(Candidate.parsed(found)))
                        .filter(usage -> usage.hasUsages(KeyUsage.cRLSign))
                        .isPresent();
        return Rule.unless(signsLists, "the issuer's key usage must have cRLSign");
    }
}
