package io.sallyport.pki.lint;

import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.util.Optional;

/** One rule of RFC 5280 for CRLs; its class name is its name. */
interface CrlRule {

    /** The section of RFC 5280 that it comes from. */
    String section();

    /**
     * What is wrong, or nothing. May throw any unchecked exception when the content cannot be
     * decoded.
     *
     * @param issuer who will sign
     */
    Optional<String> violation(TBSCertList list, TBSCertificate issuer);
}
