package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;

import java.util.Arrays;
import java.util.Optional;

/**
 * If it is there: not critical, and http URLs of OCSP responders alone. Not where
 * id-pkix-ocsp-nocheck says that nobody need ask (RFC 6960 section 4.2.2.2.1).
 */
final class AuthorityInformationAccessRule implements Rule {

    @Override
    public String section() {
        return "4.2.2.1";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        Optional<Extension> found = candidate.extension(Extension.authorityInfoAccess);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get().isCritical()
                || candidate.authority()
                || candidate.extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck).isPresent()) {
            return Optional.of("authority information is not critical, and on nobody unchecked");
        }
        AccessDescription[] all =
                AuthorityInformationAccess.getInstance(Candidate.parsed(found.get()))
                        .getAccessDescriptions();
        return Rule.unless(
                all.length > 0
                        && Arrays.stream(all).allMatch(AuthorityInformationAccessRule::responder),
                "authority information is the http URL of an OCSP responder");
    }

    private static boolean responder(AccessDescription description) {
        return description.getAccessMethod().equals(X509ObjectIdentifiers.id_ad_ocsp)
                && StatusAddressUri.is(description.getAccessLocation());
    }
}
