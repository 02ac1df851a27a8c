package io.sallyport.provisioner.truth;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.wire.ObservationReport.SecurityAssociation;

import java.time.Duration;

/**
 * What is known of a tunnel.
 *
 * @param truths the four truths
 * @param securityAssociation as its concentrator reported it last; null if there is none, or nobody
 *     watches
 * @param problem why charon did not load it, in its own words; null if it did
 * @param roundTrip of the last probe; null while none comes back
 */
public record Evidence(
        Truths truths,
        @Nullable SecurityAssociation securityAssociation,
        @Nullable String problem,
        @Nullable Duration roundTrip) {}
