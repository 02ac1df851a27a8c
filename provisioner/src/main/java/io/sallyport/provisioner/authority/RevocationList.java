package io.sallyport.provisioner.authority;

import io.micronaut.data.annotation.Embeddable;
import io.micronaut.data.annotation.EmbeddedId;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;

/**
 * A CRL.
 *
 * @param thisUpdate when it was issued
 * @param nextUpdate until when readers may rely on it
 * @param pem the CRL in PEM
 */
@MappedEntity("revocation_list")
public record RevocationList(
        @EmbeddedId Key key, Instant thisUpdate, Instant nextUpdate, String pem) {
    /**
     * Which CRL.
     *
     * @param authority common name of the authority that signed it
     * @param number its CRL number (RFC 5280 section 5.2.3)
     */
    @Embeddable
    public record Key(String authority, long number) {}
}
