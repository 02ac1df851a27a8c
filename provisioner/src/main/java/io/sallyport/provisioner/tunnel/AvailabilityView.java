package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.truth.Availability;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Availability as the API shows it.
 *
 * @param from beginning of what was counted: the period asked for, cut to the tunnel's life
 * @param to end of what was counted
 * @param availability the share of the watched time, five decimals; null when nothing was watched
 */
record AvailabilityView(
        Instant from,
        Instant to,
        BigDecimal upSeconds,
        BigDecimal downSeconds,
        BigDecimal unobservedSeconds,
        @Nullable String availability,
        List<Availability.Outage> outages) {
    static AvailabilityView of(Availability availability) {
        return new AvailabilityView(
                availability.from(),
                availability.to(),
                seconds(availability.up()),
                seconds(availability.down()),
                seconds(availability.unobserved()),
                availability.ratio().map(BigDecimal::toPlainString).orElse(null),
                availability.outages());
    }

    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano() / 1_000, 6));
    }
}
