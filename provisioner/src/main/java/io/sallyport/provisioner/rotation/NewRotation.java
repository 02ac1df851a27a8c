package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;

import java.util.List;
import java.util.UUID;

/**
 * A rotation to be done.
 *
 * @param kind CONCENTRATOR_KEY, GATEWAY_KEY, SITE_KEY, ISSUING_CA or ROOT
 * @param targets ids of the concentrators, gateways or tunnels; all if absent. An authority is
 *     rolled over for all; for ROOT, the tunnels whose branches have to say that they trust it
 * @param dryRun only work out what would be done; false if absent
 * @param canary how many go first, alone; 1 if absent
 * @param waveSize how many go together then; 20 if absent
 * @param waveSeconds a wave that is not verified by then has failed; 120 if absent, 7,500 for
 *     SITE_KEY, ISSUING_CA and ROOT, because branches ask every hour
 * @param purpose of the authority that is rolled over: SITES, GATEWAYS, TELEWORKERS or INTERNAL;
 *     none for ROOT
 * @param acceptFormerFor how long certificates of the former authority are accepted when all is
 *     done, such as P30D, or PT0S: not any more; until the last of them ends if absent. A former
 *     root is trusted for that long, 398 days if absent, and for as long as an authority below it
 *     is accepted
 */
record NewRotation(
        @Nullable String kind,
        @Nullable List<UUID> targets,
        @Nullable Boolean dryRun,
        @Nullable Integer canary,
        @Nullable Integer waveSize,
        @Nullable Integer waveSeconds,
        @Nullable String purpose,
        @Nullable String acceptFormerFor) {}
