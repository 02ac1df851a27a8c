package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;

import java.util.List;
import java.util.UUID;

/**
 * A rotation to be done.
 *
 * @param kind CONCENTRATOR_KEY, GATEWAY_KEY or SITE_KEY
 * @param targets ids of the concentrators, gateways or tunnels; all if absent
 * @param dryRun only work out what would be done; false if absent
 * @param canary how many go first, alone; 1 if absent
 * @param waveSize how many go together then; 20 if absent
 * @param waveSeconds a wave that is not verified by then has failed; 120 if absent, 7,500 for
 *     SITE_KEY, whose branches ask every hour
 */
record NewRotation(
        @Nullable String kind,
        @Nullable List<UUID> targets,
        @Nullable Boolean dryRun,
        @Nullable Integer canary,
        @Nullable Integer waveSize,
        @Nullable Integer waveSeconds) {}
