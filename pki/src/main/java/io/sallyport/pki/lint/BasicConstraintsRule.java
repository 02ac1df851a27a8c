package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.math.BigInteger;
import java.util.Optional;

/**
 * On authorities: critical, with a path length shorter than the issuer's, or no longer where the
 * two have the same name. On others: none. The issuer is an authority.
 */
final class BasicConstraintsRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.9";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        if (!Candidate.basicConstraints(candidate.issuer())
                .map(BasicConstraints::isCA)
                .orElse(false)) {
            return Optional.of("the issuer must be an authority");
        }
        Optional<Extension> found = candidate.extension(Extension.basicConstraints);
        if (!candidate.authority()) {
            return Rule.unless(found.isEmpty(), "only an authority has basic constraints");
        }
        BigInteger own = pathLength(candidate.certificate());
        if (!found.orElseThrow().isCritical() || own == null) {
            return Optional.of("an authority's basic constraints are critical, with path length");
        }
        BigInteger issuers = pathLength(candidate.issuer());
        // A self-issued certificate, which another key of the same authority signed, does not
        // count.
        int most = candidate.selfIssued() ? 0 : -1;
        return Rule.unless(
                issuers == null || own.compareTo(issuers) <= most,
                "the path length must be shorter than the issuer's");
    }

    private static BigInteger pathLength(TBSCertificate of) {
        return Candidate.basicConstraints(of).orElseThrow().getPathLenConstraint();
    }
}
