package io.sallyport.provisioner.authority;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.revocation.RevokedCertificate;

import java.math.BigInteger;
import java.security.cert.CRLReason;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a certificate was revoked.
 *
 * @param revokedAt null while it is not
 * @param revocationReason name of the {@link CRLReason}
 */
record Standing(@Nullable Instant revokedAt, @Nullable String revocationReason) {

    /** The entry that a CRL has of it. */
    Optional<RevokedCertificate> revoked(BigInteger serialNumber) {
        return revokedAt == null
                ? Optional.empty()
                : Optional.of(
                        new RevokedCertificate(
                                serialNumber, revokedAt, CRLReason.valueOf(revocationReason)));
    }
}
