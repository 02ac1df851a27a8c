package io.sallyport.provisioner.authority;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;
import java.util.UUID;

/**
 * A CRL.
 *
 * @param authority common name of the authority that signed it
 * @param number its CRL number (RFC 5280 section 5.2.3)
 * @param thisUpdate when it was issued
 * @param nextUpdate until when readers may rely on it
 * @param pem the CRL in PEM
 */
@MappedEntity("revocation_list")
public record RevocationList(
        @Id UUID id,
        String authority,
        long number,
        Instant thisUpdate,
        Instant nextUpdate,
        String pem) {}
