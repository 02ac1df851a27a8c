package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;
import java.util.UUID;

/**
 * The one-time secret of a concentrator.
 *
 * @param requestHash of what it was used with; null while unused
 */
@MappedEntity("enrolment")
record EnrolmentRow(
        @Id UUID concentrator,
        String secretHash,
        Instant expiresAt,
        @Nullable String requestHash) {}
