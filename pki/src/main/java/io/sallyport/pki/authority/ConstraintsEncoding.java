package io.sallyport.pki.authority;

import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.NameConstraints.Hosts;
import io.sallyport.pki.profile.NameConstraints.Subtree;
import io.sallyport.pki.profile.NameConstraints.UsersBelow;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/** Encodes name constraints (RFC 5280 section 4.2.1.10). Pure functions. */
final class ConstraintsEncoding {

    private ConstraintsEncoding() {}

    static org.bouncycastle.asn1.x509.NameConstraints extensionValue(NameConstraints constraints) {
        return new org.bouncycastle.asn1.x509.NameConstraints(
                subtrees(constraints.permitted()), subtrees(constraints.excluded()));
    }

    /** Whether the certificate has these constraints; or none, as our older authorities have. */
    static boolean inKeepingWith(X509Certificate certificate, NameConstraints constraints) {
        byte[] found = certificate.getExtensionValue(Extension.nameConstraints.getId());
        if (found == null) {
            return true;
        }
        try {
            byte[] expected = extensionValue(constraints).getEncoded(ASN1Encoding.DER);
            return Arrays.equals(found, new DEROctetString(expected).getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GeneralSubtree[] subtrees(List<Subtree> subtrees) {
        return subtrees.isEmpty()
                ? null // an empty sequence is not to be written
                : subtrees.stream()
                        .map(ConstraintsEncoding::base)
                        .map(GeneralSubtree::new)
                        .toArray(GeneralSubtree[]::new);
    }

    private static GeneralName base(Subtree subtree) {
        return switch (subtree) {
            case Hosts(var base) ->
                    new GeneralName(GeneralName.dNSName, new DERIA5String(base.text(), true));
            case UsersBelow(var above) ->
                    new GeneralName(
                            GeneralName.rfc822Name, new DERIA5String("." + above.text(), true));
        };
    }
}
