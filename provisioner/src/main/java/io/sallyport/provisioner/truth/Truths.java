package io.sallyport.provisioner.truth;

import io.micronaut.core.annotation.Nullable;

import java.time.Instant;

/**
 * The four truths of a tunnel; they are never folded into one "up".
 *
 * @param ordered the tunnel is in our tables and not ended
 * @param loaded charon has the connection, just as desired
 * @param established an IKE_SA with an installed CHILD_SA exists
 * @param carrying a probe crossed the tunnel and came back just now
 */
public record Truths(Truth ordered, Truth loaded, Truth established, Truth carrying) {
    /**
     * One truth.
     *
     * @param holds whether
     * @param since since when
     * @param cause why, in a sentence for people
     */
    public record Truth(Holds holds, @Nullable Instant since, String cause) {}
}
