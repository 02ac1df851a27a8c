package io.sallyport.provisioner.rotation;

import io.sallyport.pki.profile.AuthorityProfile;

import java.util.Optional;
import java.util.UUID;

/**
 * A rotation that is not over, as far as it concerns others.
 *
 * @param purpose of the authority that it rolls over, or the root's
 * @param awaitsCeremony whether it has changed nothing yet, and waits for what the root signs
 */
record UnderWay(UUID id, Kind kind, Optional<AuthorityProfile> purpose, boolean awaitsCeremony) {
    /**
     * Whether another one may begin beside it. One that changes something is alone. Beside one that
     * waits for a ceremony keys can be rotated, and authorities for other purposes can wait for the
     * same ceremony; but the root and what it signs do not change together.
     */
    boolean letsBegin(Kind other, Optional<AuthorityProfile> purposeOfOther) {
        return awaitsCeremony
                && switch (other) {
                    case CONCENTRATOR_KEY, GATEWAY_KEY, SITE_KEY -> true;
                    case ISSUING_CA -> kind == Kind.ISSUING_CA && !purpose.equals(purposeOfOther);
                    case ROOT -> false;
                };
    }

    /** Which one it is and what can be done about it, for whoever wanted to begin another. */
    String words() {
        String what =
                kind == Kind.ISSUING_CA
                        ? "%s of %s"
                                .formatted(kind, purpose.map(AuthorityProfile::name).orElseThrow())
                        : kind.toString();
        return awaitsCeremony
                ? "rotation %s (%s) waits for a key ceremony: hold it and let the rotation end, or abort it; what waits for a signature stays"
                        .formatted(id, what)
                : "rotation %s (%s) is under way: wait for its end, or abort it"
                        .formatted(id, what);
    }
}
