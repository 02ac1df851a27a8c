package io.sallyport.gateway.session;

import io.sallyport.wire.Octets;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;

/** Digests of certificates. */
final class Digests {
    private Digests() {}

    /** SHA-256 over the whole certificate in DER. */
    static Octets sha256(X509Certificate certificate) {
        try {
            return Octets.of(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate was read and cannot be written", e);
        }
    }
}
