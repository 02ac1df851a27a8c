package io.sallyport.pki.lint;

import io.sallyport.pki.profile.StatusAddresses;

import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.GeneralName;

import java.net.URI;

/** Reads the addresses at which the status of a certificate is told. */
final class StatusAddressUri {

    private StatusAddressUri() {}

    /** Whether it is an http URL that a client can open. */
    static boolean is(GeneralName name) {
        if (name.getTagNo() != GeneralName.uniformResourceIdentifier) {
            return false;
        }
        try {
            StatusAddresses.require(
                    URI.create(ASN1IA5String.getInstance(name.getName()).getString()));
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
