package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.math.BigInteger;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Serial numbers that a certificate can have, none twice, and reasons to revoke: unspecified is
 * left out, removeFromCRL is for delta CRLs (section 5.3.1). No other extension.
 */
final class CrlEntriesRule implements CrlRule {

    private static final int SERIAL_OCTETS_AT_MOST = 20;

    @Override
    public String section() {
        return "5.3";
    }

    @Override
    public Optional<String> violation(TBSCertList list, TBSCertificate issuer) {
        Set<BigInteger> seen = new HashSet<>();
        Enumeration<?> entries = list.getRevokedCertificateEnumeration();
        while (entries.hasMoreElements()) {
            var entry = (TBSCertList.CRLEntry) entries.nextElement();
            BigInteger serial = entry.getUserCertificate().getValue();
            if (serial.signum() <= 0
                    || serial.toByteArray().length > SERIAL_OCTETS_AT_MOST
                    || !seen.add(serial)) {
                return Optional.of(
                        "serial number %x is no certificate's, or stands twice".formatted(serial));
            }
            if (!reasonable(entry.getExtensions())) {
                return Optional.of("serial number %x has no right reason".formatted(serial));
            }
        }
        return Optional.empty();
    }

    private static boolean reasonable(Extensions extensions) {
        if (extensions == null) {
            return true;
        }
        ASN1ObjectIdentifier[] all = extensions.getExtensionOIDs();
        Extension reason = extensions.getExtension(Extension.reasonCode);
        if (all.length != 1 || reason == null || reason.isCritical()) {
            return false;
        }
        int code = ASN1Enumerated.getInstance(Candidate.parsed(reason)).intValueExact();
        return code >= CRLReason.keyCompromise
                && code <= CRLReason.aACompromise
                && code != 7 // never assigned
                && code != CRLReason.removeFromCRL;
    }
}
