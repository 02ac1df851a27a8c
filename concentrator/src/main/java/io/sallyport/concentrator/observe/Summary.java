package io.sallyport.concentrator.observe;

import io.sallyport.wire.ObservationReport.CharonState;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The present state in short, for operators.
 *
 * @param appliedVersion of the desired state, 0 for none
 * @param charon whether it answers
 * @param charonVersion as it says itself
 * @param tunnels ordered here
 * @param loaded of them
 * @param established of them
 * @param carrying of them
 * @param refused tunnels that charon does not have as desired, and why
 * @param problems what else the last pass met
 */
public record Summary(
        long appliedVersion,
        CharonState charon,
        Optional<String> charonVersion,
        int tunnels,
        long loaded,
        long established,
        long carrying,
        Map<UUID, String> refused,
        List<String> problems) {
    public Summary {
        refused = Map.copyOf(refused);
        problems = List.copyOf(problems);
    }
}
