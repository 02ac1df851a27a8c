package io.sallyport.provisioner.concentrator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;
import java.util.UUID;

/**
 * A time during which a concentrator watched without interruption.
 *
 * @param boot of the concentrator process that watched
 * @param watchedFrom from here
 * @param watchedTo until here
 */
@MappedEntity("observation_span")
public record ObservationSpan(
        @Id UUID id, UUID concentrator, UUID boot, Instant watchedFrom, Instant watchedTo) {}
