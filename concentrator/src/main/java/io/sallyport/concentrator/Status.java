package io.sallyport.concentrator;

import io.sallyport.concentrator.observe.Summary;
import io.sallyport.node.provisioner.ProvisionerContact;
import io.sallyport.wire.ObservationReport.CharonState;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of {@code status.json}, for operators and tests.
 *
 * @param startedAt when this process began
 * @param at when this was written: an old one was left by a process that is not there any more
 * @param boot of this process, as in its reports
 * @param connected whether there is a desired state, the provisioner takes reports and charon runs
 * @param desiredVersion in force, 0 for none
 * @param appliedVersion that charon was last made equal to, 0 for none
 * @param tunnels how many there are, and of how many each truth holds
 * @param refused tunnels that charon does not have as desired, and why
 * @param problems everything else that is wrong now
 */
record Status(
        Instant startedAt,
        Instant at,
        UUID boot,
        UUID concentrator,
        boolean connected,
        long desiredVersion,
        long appliedVersion,
        CharonState charon,
        Optional<String> charonVersion,
        Tunnels tunnels,
        Map<UUID, String> refused,
        List<String> problems) {

    /** How many tunnels. */
    record Tunnels(long ordered, long loaded, long established, long carrying) {}

    Status {
        refused = Map.copyOf(refused);
        problems = List.copyOf(problems);
    }

    /** Whether both tell the same, at whatever time. */
    boolean saysTheSameAs(Status other) {
        return at(other.at).equals(other);
    }

    private Status at(Instant time) {
        return new Status(
                startedAt,
                time,
                boot,
                concentrator,
                connected,
                desiredVersion,
                appliedVersion,
                charon,
                charonVersion,
                tunnels,
                refused,
                problems);
    }

    static Status of(
            Instant startedAt,
            Instant at,
            UUID boot,
            UUID concentrator,
            long desiredVersion,
            Summary seen,
            ProvisionerContact desired,
            ProvisionerContact reports,
            Optional<String> keys) {
        List<String> problems = new ArrayList<>(seen.problems());
        desired.problem().ifPresent(problems::add);
        reports.problem().ifPresent(problems::add);
        keys.ifPresent(problems::add);
        return new Status(
                startedAt,
                at,
                boot,
                concentrator,
                desiredVersion > 0
                        // The first poll may take half a minute; a failed one is told at once.
                        && desired.problem().isEmpty()
                        && reports.reached()
                        && seen.charon() == CharonState.RUNNING,
                desiredVersion,
                seen.appliedVersion(),
                seen.charon(),
                seen.charonVersion(),
                new Tunnels(seen.tunnels(), seen.loaded(), seen.established(), seen.carrying()),
                seen.refused(),
                problems);
    }
}
