package io.sallyport.pki.authority;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** A certificate that was issued. Authorities alone make one, and give it to its recorder first. */
public final class Issued {

    private final String authority;
    private final String profile;
    private final String subject;
    private final X509Certificate certificate;
    private final byte[] der;

    Issued(
            String authority,
            String profile,
            String subject,
            X509Certificate certificate,
            byte[] der) {
        this.authority = authority;
        this.profile = profile;
        this.subject = subject;
        this.certificate = certificate;
        this.der = der;
    }

    /** The common name of the authority that issued it; no two keys share one. */
    public String authority() {
        return authority;
    }

    /** The name of the profile. */
    public String profile() {
        return profile;
    }

    /** The identity it speaks of, or the common name of an authority. */
    public String subject() {
        return subject;
    }

    /** Unique within the authority. */
    public BigInteger serialNumber() {
        return certificate.getSerialNumber();
    }

    /** Valid from here, inclusive. */
    public Instant notBefore() {
        return certificate.getNotBefore().toInstant();
    }

    /** Valid to here, inclusive. */
    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** The certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The certificate's encoding, read-only. */
    public ByteBuffer der() {
        return ByteBuffer.wrap(der).asReadOnlyBuffer();
    }

    @Override
    public String toString() {
        return "Issued[%s by %s, %s, serial %x]"
                .formatted(subject, authority, profile, serialNumber());
    }
}
