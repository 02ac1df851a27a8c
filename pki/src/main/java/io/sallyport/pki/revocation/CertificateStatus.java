package io.sallyport.pki.revocation;

/** What a responder knows of a certificate (RFC 6960 section 2.2). */
public sealed interface CertificateStatus {

    /** Issued, and not revoked. */
    record Good() implements CertificateStatus {}

    /** Revoked. */
    record Revoked(RevokedCertificate entry) implements CertificateStatus {}

    /** No certificate of this authority has this serial number. */
    record Unknown() implements CertificateStatus {}
}
