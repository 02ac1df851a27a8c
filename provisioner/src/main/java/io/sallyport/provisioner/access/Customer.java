package io.sallyport.provisioner.access;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;
import java.util.UUID;

/**
 * A customer.
 *
 * @param name one DNS label; every identity of its branches contains it
 */
@MappedEntity("customer")
public record Customer(@Id UUID id, String name, Instant createdAt) {}
