package io.sallyport.provisioner.certificate;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of what was issued.
 *
 * @param serialNumber hexadecimal, lower case, without leading zeros
 * @param issuer common name of the authority
 * @param profile name of its profile
 * @param identity whose it is
 * @param revokedAt empty while it is not revoked
 * @param reason name of the {@link java.security.cert.CRLReason}
 */
record IssuedCertificate(
        UUID id,
        String serialNumber,
        String issuer,
        String profile,
        String identity,
        Instant notBefore,
        Instant notAfter,
        Instant issuedAt,
        Optional<Instant> revokedAt,
        Optional<String> reason,
        String pem) {}
