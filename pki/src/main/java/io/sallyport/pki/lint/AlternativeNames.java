package io.sallyport.pki.lint;

import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

import java.util.Arrays;
import java.util.List;

/** Decodes subject alternative names. */
final class AlternativeNames {

    private AlternativeNames() {}

    /**
     * The names in their order.
     *
     * @throws IllegalArgumentException when one is malformed or of a kind that is never certified
     */
    static List<Identity> of(Extension extension) {
        return Arrays.stream(GeneralNames.getInstance(Candidate.parsed(extension)).getNames())
                .map(AlternativeNames::identity)
                .toList();
    }

    private static Identity identity(GeneralName name) {
        return switch (name.getTagNo()) {
            // Not Identity.dns, which would forgive upper case.
            case GeneralName.dNSName -> new Identity.Dns(text(name));
            case GeneralName.rfc822Name -> new Identity.User(text(name));
            case GeneralName.uniformResourceIdentifier -> new Identity.Uri(text(name));
            case GeneralName.iPAddress ->
                    Identity.ip(ASN1OctetString.getInstance(name.getName()).getOctets());
            default -> throw new IllegalArgumentException("kind " + name.getTagNo());
        };
    }

    private static String text(GeneralName name) {
        return ASN1IA5String.getInstance(name.getName()).getString();
    }
}
