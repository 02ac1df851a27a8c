package io.sallyport.pki.lint;

import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.util.Optional;

/**
 * On all but authorities: well-formed names, and the first of them, if it is text, is the common
 * name.
 */
final class SubjectAlternativeNameRule implements Rule {

    @Override
    public String section() {
        return "4.2.1.6";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.subjectAlternativeName);
        if (candidate.authority()) {
            return Rule.unless(found.isEmpty(), "an authority has no subject alternative name");
        }
        if (found.isEmpty()) {
            return Optional.of("there must be a subject alternative name");
        }
        GeneralName[] names = GeneralNames.getInstance(Candidate.parsed(found.get())).getNames();
        for (GeneralName name : names) {
            if (!wellFormed(name)) {
                return Optional.of("a subject alternative name is malformed");
            }
        }
        return Rule.unless(
                names[0].getTagNo() == GeneralName.iPAddress
                        || commonName(candidate.certificate()).equals(text(names[0])),
                "the common name must be the first subject alternative name");
    }

    private static boolean wellFormed(GeneralName name) {
        try {
            return switch (name.getTagNo()) {
                case GeneralName.dNSName -> text(name).equals(new Identity.Dns(text(name)).text());
                case GeneralName.uniformResourceIdentifier ->
                        text(name).equals(new Identity.Uri(text(name)).text());
                case GeneralName.iPAddress -> {
                    int octets = ASN1OctetString.getInstance(name.getName()).getOctets().length;
                    yield octets == 4 || octets == 16;
                }
                default -> false;
            };
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String text(GeneralName name) {
        return ASN1IA5String.getInstance(name.getName()).getString();
    }

    private static String commonName(TBSCertificate certificate) {
        return certificate.getSubject().getRDNs(BCStyle.CN)[0].getFirst().getValue().toString();
    }
}
