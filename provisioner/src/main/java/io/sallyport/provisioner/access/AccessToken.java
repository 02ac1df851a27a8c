package io.sallyport.provisioner.access;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

import java.time.Instant;
import java.util.UUID;

/** A token as it is kept: its hash, and what it is for. */
@MappedEntity("access_token")
record AccessToken(
        @Id UUID id, String hash, Role role, @Nullable UUID customer, Instant createdAt) {}
