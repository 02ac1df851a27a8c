package io.sallyport.concentrator.reconcile;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What one pass did.
 *
 * @param version of the desired state
 * @param actions what differed; 0 for a pass that found charon equal to the desired state
 * @param refused the tunnels that charon does not have as desired, and why
 * @param problems what else failed; the next pass tries again
 * @param took all of it
 * @param trust SHA-256 of each CA certificate and each CRL that charon itself says it has; empty if
 *     it was not asked
 */
public record Pass(
        long version,
        int actions,
        Map<UUID, String> refused,
        List<String> problems,
        Duration took,
        Optional<Set<String>> trust) {
    public Pass {
        refused = Map.copyOf(refused);
        problems = List.copyOf(problems);
        trust = trust.map(Set::copyOf);
    }

    /** One that did not ask charon what it trusts. */
    public Pass(
            long version,
            int actions,
            Map<UUID, String> refused,
            List<String> problems,
            Duration took) {
        this(version, actions, refused, problems, took, Optional.empty());
    }

    /**
     * Whether the state counts as applied: all that charon accepted is loaded, all that is over is
     * ended. A refused tunnel says so itself and holds up nobody else.
     */
    public boolean applied() {
        return problems.isEmpty();
    }
}
