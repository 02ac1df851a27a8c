package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;

import java.util.Arrays;
import java.util.Optional;

/**
 * If it is there: not critical, and one point, by http URLs, of the one whole CRL that the issuer
 * itself signs (ADR 62). Not on authorities, whose CRL is made in a ceremony.
 */
final class CrlDistributionPointsRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.13";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.cRLDistributionPoints);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get().isCritical() || candidate.authority()) {
            return Optional.of("CRL distribution points are not critical, nor on an authority");
        }
        DistributionPoint[] points =
                CRLDistPoint.getInstance(Candidate.parsed(found.get())).getDistributionPoints();
        return Rule.unless(
                points.length == 1 && wholeList(points[0]),
                "there is one distribution point, of http URLs, for all reasons and of this"
                        + " issuer");
    }

    private static boolean wholeList(DistributionPoint point) {
        DistributionPointName name = point.getDistributionPoint();
        return name != null
                && name.getType() == DistributionPointName.FULL_NAME
                && point.getReasons() == null
                && point.getCRLIssuer() == null
                && Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())
                        .allMatch(StatusAddressUri::is);
    }
}
