package io.sallyport.pki.lint;

import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
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
        if (candidate.certificate().getSubject().size() == 0) {
            return Rule.unless(found.get().isCritical(), "critical if the subject is empty");
        }
        return Rule.unless(
                commonName(candidate.certificate()).equals(identity(names[0])),
                "the common name must be the first subject alternative name");
    }

    private static String identity(GeneralName name) {
        return name.getTagNo() == GeneralName.iPAddress
                ? address(name).getHostAddress()
                : text(name);
    }

    private static InetAddress address(GeneralName name) {
        try {
            return InetAddress.getByAddress(
                    ASN1OctetString.getInstance(name.getName()).getOctets());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static boolean wellFormed(GeneralName name) {
        try {
            return switch (name.getTagNo()) {
                case GeneralName.dNSName -> text(name).equals(new Identity.Dns(text(name)).text());
                case GeneralName.uniformResourceIdentifier ->
                        text(name).equals(new Identity.Uri(text(name)).text());
                case GeneralName.iPAddress -> !address(name).getHostAddress().isEmpty();
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
