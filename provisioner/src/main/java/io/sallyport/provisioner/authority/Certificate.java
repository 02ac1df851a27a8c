package io.sallyport.provisioner.authority;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * A certificate that one of our authorities issued.
 *
 * @param authority common name of the authority
 * @param serialNumber hexadecimal, lower case, without leading zeros; unique within the authority
 * @param profile name of its profile
 * @param subject the identity it speaks of
 * @param notBefore valid from here, inclusive
 * @param notAfter valid to here, inclusive
 * @param pem the certificate in PEM
 * @param revokedAt when it was revoked; null while it is not
 * @param revocationReason name of the {@link java.security.cert.CRLReason}
 */
@MappedEntity("certificate")
public record Certificate(
        @Id UUID id,
        String authority,
        String serialNumber,
        String profile,
        String subject,
        Instant notBefore,
        Instant notAfter,
        String pem,
        Instant issuedAt,
        @Nullable Instant revokedAt,
        @Nullable String revocationReason) {

    /** A reason as people read it: {@code KEY_COMPROMISE} is "key compromise". */
    public static String reasonInWords(String reason) {
        return reason.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether it was not revoked and this instant is within its validity. */
    public boolean holdsAt(Instant instant) {
        return revokedAt == null && !instant.isBefore(notBefore) && !instant.isAfter(notAfter);
    }
}
