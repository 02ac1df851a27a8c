package io.sallyport.pki.lint;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A certificate about to be signed.
 *
 * @param certificate the certificate
 * @param encoded its encoding, which will be signed
 * @param issuer its issuer; itself for a root
 */
record Candidate(TBSCertificate certificate, ByteBuffer encoded, TBSCertificate issuer) {

    /** Whether subject and issuer are the same name (RFC 5280 section 3.2). */
    boolean selfIssued() {
        return certificate.getSubject().equals(certificate.getIssuer());
    }

    /** Whether the certificate is an authority's: basicConstraints with cA true. */
    boolean authority() {
        return basicConstraints(certificate).map(BasicConstraints::isCA).orElse(false);
    }

    Optional<Extension> extension(ASN1ObjectIdentifier oid) {
        return extension(certificate, oid);
    }

    static Optional<Extension> extension(TBSCertificate of, ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(of.getExtensions()).map(all -> all.getExtension(oid));
    }

    static Optional<BasicConstraints> basicConstraints(TBSCertificate of) {
        return extension(of, Extension.basicConstraints)
                .map(found -> BasicConstraints.getInstance(parsed(found)));
    }

    static ASN1Encodable parsed(Extension extension) {
        return extension.getParsedValue();
    }
}
