package io.sallyport.provisioner.authority;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;

/**
 * An authority in the tables.
 *
 * @param name common name of its certificate
 * @param purpose name of its profile
 * @param crlNumber of its newest CRL, 0 before the first
 * @param folder where its key is; also what desired states and devices call it
 * @param acceptedUntil of a retired one; null while that is not decided
 * @param withdrawn whether peers were told that it is not accepted any more
 */
@MappedEntity("authority")
record AuthorityRow(
        @Id String name,
        String purpose,
        long crlNumber,
        String folder,
        AuthorityState state,
        @Nullable Instant acceptedUntil,
        boolean withdrawn) {}
