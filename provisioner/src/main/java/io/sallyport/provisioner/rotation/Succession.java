package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.profile.AuthorityProfile;

import java.time.Duration;

/**
 * Which authority takes the place of which.
 *
 * @param purpose of both; the root's for roots
 * @param authority name of the new one in the tables; null until it is there
 * @param former name of the one before it; null until the new one issues
 * @param acceptFormerFor how long the former one is accepted when all is done; null: until the last
 *     of its certificates ends
 */
record Succession(
        AuthorityProfile purpose,
        @Nullable String authority,
        @Nullable String former,
        @Nullable Duration acceptFormerFor) {
    /** Whether it is the root that changes. */
    boolean isOfRoots() {
        return purpose.equals(AuthorityProfile.ROOT);
    }
}
